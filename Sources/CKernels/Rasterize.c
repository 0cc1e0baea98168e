#include "Rasterize.h"
