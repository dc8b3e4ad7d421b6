#include "h16.h"
#include "h16.h"
#include "h16.h"
