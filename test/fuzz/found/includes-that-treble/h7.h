#include "h8.h"
#include "h8.h"
#include "h8.h"
