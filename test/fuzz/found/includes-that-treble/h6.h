#include "h7.h"
#include "h7.h"
#include "h7.h"
