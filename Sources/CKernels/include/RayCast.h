// Ray casting of procedural scenes.
#ifndef RAYCAST_H
#define RAYCAST_H
#include <stddef.h>
#include <stdint.h>

#endif
