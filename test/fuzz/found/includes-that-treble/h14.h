#include "h15.h"
#include "h15.h"
#include "h15.h"
