#include "h10.h"
#include "h10.h"
#include "h10.h"
