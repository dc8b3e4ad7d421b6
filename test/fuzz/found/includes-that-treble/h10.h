#include "h11.h"
#include "h11.h"
#include "h11.h"
