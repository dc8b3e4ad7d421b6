#include "h21.h"
#include "h21.h"
#include "h21.h"
