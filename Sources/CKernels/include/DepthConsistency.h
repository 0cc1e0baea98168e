// Reprojection checks between depth maps.
#ifndef DEPTHCONSISTENCY_H
#define DEPTHCONSISTENCY_H
#include <stddef.h>
#include <stdint.h>

#endif
