#include "h14.h"
#include "h14.h"
#include "h14.h"
