#include "Depth/DepthConsistency.h"
#include "PlaneFit.h"
#include <math.h>

int fathom_inverse_depth_plane(const float *depth, int32_t width, int32_t height, int32_t x, int32_t y, int32_t radius,
                               float tolerance, float *plane) {
    const float own = depth[(size_t)y * (size_t)width + (size_t)x];
    const float margin = tolerance * own;
    const int32_t left = x - radius > 0 ? x - radius : 0, right = x + radius < width ? x + radius : width - 1;
    const int32_t top = y - radius > 0 ? y - radius : 0, bottom = y + radius < height ? y + radius : height - 1;
    double sxx = 0, sxy = 0, sx = 0, syy = 0, sy = 0, n = 0, sxq = 0, syq = 0, sq = 0;
    for (int32_t j = top; j <= bottom; j++) {
        for (int32_t i = left; i <= right; i++) {
            const float d = depth[(size_t)j * (size_t)width + (size_t)i];
            if (!(fabsf(d - own) <= margin)) continue;
            const double q = 1.0 / d, dx = i - x, dy = j - y;
            sxx += dx * dx, sxy += dx * dy, sx += dx, syy += dy * dy, sy += dy, n += 1;
            sxq += dx * q, syq += dy * q, sq += q;
        }
    }
    double solution[3];
    if (!solve_plane(sxx, sxy, sx, syy, sy, n, sxq, syq, sq, solution)) return 0;
    for (int k = 0; k < 3; k++) plane[k] = (float)solution[k];
    return 1;
}

void fathom_mark_pixels(const int32_t *pixels, const uint8_t *marked, int32_t count, uint32_t *bits) {
    for (int32_t i = 0; i < count; i++) {
        if (!marked[i] || pixels[i] < 0) continue;
        __atomic_fetch_or(&bits[pixels[i] >> 5], 1u << (pixels[i] & 31), __ATOMIC_RELAXED);
    }
}
