#include "h22.h"
#include "h22.h"
#include "h22.h"
