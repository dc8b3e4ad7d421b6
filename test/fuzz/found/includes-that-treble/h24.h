#include "h25.h"
#include "h25.h"
#include "h25.h"
