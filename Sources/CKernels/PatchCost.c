#include "PatchCost.h"
