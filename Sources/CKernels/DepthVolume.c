#include "DepthVolume.h"
