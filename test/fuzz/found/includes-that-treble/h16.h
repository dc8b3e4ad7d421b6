#include "h17.h"
#include "h17.h"
#include "h17.h"
