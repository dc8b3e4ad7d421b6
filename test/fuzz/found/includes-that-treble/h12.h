#include "h13.h"
#include "h13.h"
#include "h13.h"
