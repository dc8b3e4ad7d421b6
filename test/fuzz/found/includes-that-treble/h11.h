#include "h12.h"
#include "h12.h"
#include "h12.h"
