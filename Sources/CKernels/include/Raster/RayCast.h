// Culling of procedural solids by their bounding boxes.
#ifndef RAYCAST_H
#define RAYCAST_H
#include <stddef.h>
#include <stdint.h>

/// Boxes come as six runs of `count` floats: lower x, y, z, upper x, y, z. `count` is a multiple of 16; boxes that fill up
/// have lower > upper. `scratch` holds `count` floats, `list` `count` indices.

/// Lists the boxes that a ray meets between 0 and `limit`; returns how many.
/// `inverse` is 1/direction with zeros replaced by huge finite numbers.
size_t fathom_ray_boxes(const float *boxes, size_t count, const float *origin, const float *inverse, float limit,
                        float *scratch, uint32_t *list);

/// Lists the boxes within `radius` of a point (measured per axis); returns how many.
size_t fathom_near_boxes(const float *boxes, size_t count, const float *point, float radius, float *scratch,
                         uint32_t *list);

#endif
