#include "h9.h"
#include "h9.h"
#include "h9.h"
