#include "h4.h"
#include "h4.h"
#include "h4.h"
