// Triangle z-buffer loops.
#ifndef RASTERIZE_H
#define RASTERIZE_H
#include <stddef.h>
#include <stdint.h>

#endif
