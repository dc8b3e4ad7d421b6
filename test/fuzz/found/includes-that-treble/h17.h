#include "h18.h"
#include "h18.h"
#include "h18.h"
