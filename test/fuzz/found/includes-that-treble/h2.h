#include "h3.h"
#include "h3.h"
#include "h3.h"
