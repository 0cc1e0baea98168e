#include "RayCast.h"

#include "KernelTargets.h"

/// The indices of positive values, in order.
static inline size_t list_positive(const float *values, size_t count, uint32_t *list) {
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        list[n] = (uint32_t)i;
        n += values[i] > 0;
    }
    return n;
}

static inline float lesser(float a, float b) { return a < b ? a : b; }
static inline float greater(float a, float b) { return a > b ? a : b; }

FATHOM_KERNEL
size_t fathom_ray_boxes(const float *boxes, size_t count, const float *origin, const float *inverse, float limit,
                        float *scratch, uint32_t *list) {
    const float *lx = boxes, *ly = boxes + count, *lz = boxes + 2 * count;
    const float *ux = boxes + 3 * count, *uy = boxes + 4 * count, *uz = boxes + 5 * count;
    const float ox = origin[0], oy = origin[1], oz = origin[2];
    const float ix = inverse[0], iy = inverse[1], iz = inverse[2];
    for (size_t i = 0; i < count; i++) {
        const float ax = (lx[i] - ox) * ix, bx = (ux[i] - ox) * ix;
        const float ay = (ly[i] - oy) * iy, by = (uy[i] - oy) * iy;
        const float az = (lz[i] - oz) * iz, bz = (uz[i] - oz) * iz;
        const float enter = greater(greater(lesser(ax, bx), lesser(ay, by)), greater(lesser(az, bz), 0));
        const float leave = lesser(lesser(greater(ax, bx), greater(ay, by)), lesser(greater(az, bz), limit));
        // Boxes are a little larger than their solids, which absorbs the rounding here.
        scratch[i] = leave >= enter && ux[i] >= lx[i] ? 1 : 0;
    }
    return list_positive(scratch, count, list);
}

FATHOM_KERNEL
size_t fathom_near_boxes(const float *boxes, size_t count, const float *point, float radius, float *scratch,
                         uint32_t *list) {
    const float *lx = boxes, *ly = boxes + count, *lz = boxes + 2 * count;
    const float *ux = boxes + 3 * count, *uy = boxes + 4 * count, *uz = boxes + 5 * count;
    const float x = point[0], y = point[1], z = point[2];
    for (size_t i = 0; i < count; i++) {
        const float outside = greater(greater(greater(lx[i] - x, x - ux[i]), greater(ly[i] - y, y - uy[i])),
                                      greater(lz[i] - z, z - uz[i]));
        scratch[i] = outside < radius && ux[i] >= lx[i] ? 1 : 0;
    }
    return list_positive(scratch, count, list);
}
