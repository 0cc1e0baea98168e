// Lattice classification for iso-surface extraction.
#ifndef ISOSURFACE_H
#define ISOSURFACE_H
#include <stddef.h>
#include <stdint.h>

#endif
