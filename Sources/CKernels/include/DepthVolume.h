// TSDF integration loops.
#ifndef DEPTHVOLUME_H
#define DEPTHVOLUME_H
#include <stddef.h>
#include <stdint.h>

#endif
