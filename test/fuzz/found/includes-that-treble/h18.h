#include "h19.h"
#include "h19.h"
#include "h19.h"
