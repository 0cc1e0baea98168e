#include "DepthConsistency.h"
