#include "IsoSurface.h"
