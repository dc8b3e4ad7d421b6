#include "h24.h"
#include "h24.h"
#include "h24.h"
