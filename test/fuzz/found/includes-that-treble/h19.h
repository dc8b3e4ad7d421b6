#include "h20.h"
#include "h20.h"
#include "h20.h"
