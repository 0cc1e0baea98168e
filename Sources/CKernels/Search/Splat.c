#include "Search/PatchCost.h"

void fathom_splat_rho(
    const FathomPatchSource *source, float *target, int32_t width, int32_t height, int32_t target_stride) {
    const float *h = source->back_homography, *e = source->back_epipole;
    for (int32_t y = 0; y < source->height; y++) {
        const float *row = source->rho + (ptrdiff_t)y * source->stride;
        for (int32_t x = 0; x < source->width; x++) {
            float rho = row[x];
            if (!(rho > 0)) continue;
            float px = x + 0.5f, py = y + 0.5f;
            float qz = h[6] * px + h[7] * py + h[8] + rho * e[2];
            if (!(qz > 1e-6f)) continue;
            float inverse = 1 / qz;
            float u = (h[0] * px + h[1] * py + h[2] + rho * e[0]) * inverse;
            float v = (h[3] * px + h[4] * py + h[5] + rho * e[1]) * inverse;
            if (!(u >= 0 && v >= 0 && u < width && v < height)) continue;
            float *at = target + (ptrdiff_t)(int32_t)v * target_stride + (int32_t)u;
            float there = rho * inverse;
            if (there > *at) *at = there;
        }
    }
}
