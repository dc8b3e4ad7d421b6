#include "h27.h"
#include "h27.h"
#include "h27.h"
