// The vector helpers below are static: their calling convention is no business of anyone else.
#pragma clang diagnostic ignored "-Wpsabi"
#include "PatchCost.h"
#include "KernelTargets.h"

// The same body for three instruction sets; the widest one that the CPU has is picked at run time.
#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)
#define VARIANT(name) PASTE(name, SUFFIX)

#if defined(__x86_64__)
#include <immintrin.h>

#define SUFFIX _v4
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#define GATHER_V4
#include "PatchCostBody.h"
#undef GATHER_V4
#pragma clang attribute pop
#undef SUFFIX

#define SUFFIX _v3
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define GATHER_V3
#include "PatchCostBody.h"
#undef GATHER_V3
#pragma clang attribute pop
#undef SUFFIX
#endif

#define SUFFIX _base
#include "PatchCostBody.h"
#undef SUFFIX

#if defined(__x86_64__)
#define DISPATCH(name, ...)                                              \
    if (__builtin_cpu_supports("x86-64-v4")) name##_v4(__VA_ARGS__);      \
    else if (__builtin_cpu_supports("x86-64-v3")) name##_v3(__VA_ARGS__); \
    else name##_base(__VA_ARGS__)
#else
#define DISPATCH(name, ...) name##_base(__VA_ARGS__)
#endif

void fathom_pack_texels(
    const float *grey, int32_t width, int32_t stride, int32_t row_begin, int32_t row_end, uint32_t *texels) {
    DISPATCH(pack_texels, grey, width, stride, row_begin, row_end, texels);
}

void fathom_patch_cost_row(
    const FathomPatchProblem *problem, int32_t y, const float *rho, const float *slope_x, const float *slope_y, float *cost) {
    DISPATCH(patch_cost_row, problem, y, rho, slope_x, slope_y, cost);
}

void fathom_search_row(
    const FathomPatchProblem *problem, const FathomSearchStep *step, int32_t y, const FathomPlaneField *from,
    const FathomPlaneField *to) {
    DISPATCH(search_row, problem, step, y, from, to);
}

void fathom_fit_slopes_row(const FathomPatchProblem *problem, float saturation, int32_t y, const FathomPlaneField *field) {
    DISPATCH(fit_slopes_row, problem, saturation, y, field);
}

void fathom_subbin_row(const FathomPatchProblem *problem, float step, int32_t y, const FathomPlaneField *field, float *rho) {
    DISPATCH(subbin_row, problem, step, y, field, rho);
}

void fathom_window_weights_row(
    const FathomPatchProblem *problem, int32_t y, float *weights, size_t tap_stride, float *mean, float *variance) {
    DISPATCH(window_weights_row, problem, y, weights, tap_stride, mean, variance);
}

void fathom_warp_row(const FathomPatchProblem *problem, int32_t source, float rho, int32_t y, float *warped) {
    DISPATCH(warp_row, problem, source, rho, y, warped);
}

void fathom_sweep_cost_row(
    const FathomPatchProblem *problem, float rho, int32_t y, const float *const *warped, const float *weights,
    size_t tap_stride, const float *mean, const float *variance, uint8_t *cost) {
    DISPATCH(sweep_cost_row, problem, rho, y, warped, weights, tap_stride, mean, variance, cost);
}

FATHOM_KERNEL void fathom_halve_row(const float *source, int32_t stride, int32_t width, float *target) {
    const float *a = source - stride, *b = source, *c = source + stride, *d = source + 2 * (ptrdiff_t)stride;
    for (int32_t x = 0; x < width; x++) {
        float sum = 0;
        for (int k = -1; k <= 2; k++) {
            float column = (a[2 * x + k] + d[2 * x + k]) + 3 * (b[2 * x + k] + c[2 * x + k]);
            sum += (k == 0 || k == 1) ? 3 * column : column;
        }
        target[x] = sum * (1.0f / 64);
    }
}

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
