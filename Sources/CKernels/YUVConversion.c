#include "YUVConversion.h"
#include "KernelTargets.h"

#define INLINE static inline __attribute__((always_inline))

INLINE uint8_t clamped(int32_t value) {
    int32_t rounded = (value + (1 << 15)) >> 16;
    return (uint8_t)(rounded < 0 ? 0 : rounded > 255 ? 255 : rounded);
}

// Chroma of one row in units of 1/16, one value per pixel (of the even number that holds `pairs`).
INLINE void spread(
    const uint8_t *near, const uint8_t *far, size_t pairs, const fathom_yuv_matrix *matrix, int16_t *blended, int16_t *out) {
    for (size_t k = 0; k < pairs; k++) blended[k + 1] = (int16_t)(3 * near[k] + far[k]);
    blended[0] = blended[1];
    blended[pairs + 1] = blended[pairs];
    int16_t left = (int16_t)matrix->left_own, before = (int16_t)matrix->left_before;
    int16_t right = (int16_t)matrix->right_own, behind = (int16_t)matrix->right_behind;
    for (size_t k = 0; k < pairs; k++) {
        out[2 * k] = (int16_t)(left * blended[k + 1] + before * blended[k]);
        out[2 * k + 1] = (int16_t)(right * blended[k + 1] + behind * blended[k + 2]);
    }
}

FATHOM_KERNEL
void fathom_rgb8_from_yuv420_row(
    const uint8_t *luma, const uint8_t *near_u, const uint8_t *far_u, const uint8_t *near_v, const uint8_t *far_v, size_t width,
    const fathom_yuv_matrix *matrix, int16_t *restrict scratch, uint8_t *restrict rgb) {
    size_t pairs = (width + 1) / 2;
    int16_t *blended = scratch, *u = blended + pairs + 2, *v = u + 2 * pairs;
    spread(near_u, far_u, pairs, matrix, blended, u);
    spread(near_v, far_v, pairs, matrix, blended, v);
    fathom_yuv_matrix m = *matrix;
    for (size_t x = 0; x < width; x++) {
        int32_t base = m.luma * luma[x] + m.offset, du = u[x] - 2048, dv = v[x] - 2048;
        rgb[3 * x] = clamped(base + m.red_from_v * dv);
        rgb[3 * x + 1] = clamped(base + m.green_from_u * du + m.green_from_v * dv);
        rgb[3 * x + 2] = clamped(base + m.blue_from_u * du);
    }
}
