#include "h5.h"
#include "h5.h"
#include "h5.h"
