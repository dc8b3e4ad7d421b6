#include "h6.h"
#include "h6.h"
#include "h6.h"
