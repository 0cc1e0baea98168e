#include "RayCast.h"
