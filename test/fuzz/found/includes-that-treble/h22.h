#include "h23.h"
#include "h23.h"
#include "h23.h"
