#include "h1.h"
#include "h1.h"
#include "h1.h"
