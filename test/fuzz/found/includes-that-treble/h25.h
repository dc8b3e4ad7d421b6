#include "h26.h"
#include "h26.h"
#include "h26.h"
