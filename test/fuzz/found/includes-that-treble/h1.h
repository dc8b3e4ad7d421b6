#include "h2.h"
#include "h2.h"
#include "h2.h"
