// Photometric patch costs and the per-pixel search steps of the learning-free generalised binary search.
//
// Vocabulary: rho is inverse depth; a pixel's state is a plane, affine in rho over the image:
// rho(x + dx, y + dy) = rho + slope_x dx + slope_y dy. All coordinates are pixels of the current pyramid level, the
// centre of the first pixel is (0.5, 0.5). Costs are 1 - ZNCC of bilaterally weighted 5x5-tap windows, 0 (equal) to 2.
#ifndef PATCHCOST_H
#define PATCHCOST_H
#include "Shared.h"
#include <stddef.h>
#include <stdint.h>

/// Margin in pixels around every plane handed to these kernels; loads may touch it, results never depend on it.
#define FATHOM_SEARCH_MARGIN 32

/// The most sources a search step accepts.
#define FATHOM_SEARCH_SOURCES 16

/// Further candidates that a search step accepts, and the most hypotheses it compares for one pixel.
#define FATHOM_SEARCH_EXTRAS 2
#define FATHOM_SEARCH_HYPOTHESES (10 + FATHOM_SEARCH_EXTRAS)

/// One source image at one level: each texel packs the 2x2 neighbourhood that starts at it, one byte per pixel, in the
/// order (x, y), (x+1, y), (x, y+1), (x+1, y+1); margin replicated.
typedef struct {
    /// Texel (0, 0); rows are `stride` texels apart; `FATHOM_SEARCH_MARGIN` texels exist on every side.
    const uint32_t *texels;
    int32_t width, height, stride;
    /// Row-major homography of the plane at infinity, reference pixel to source pixel.
    float homography[9];
    /// Projection of the reference centre: source pixel ~ homography * p + rho * epipole.
    float epipole[3];
    /// Inverse depth of the source at pixel (0, 0), same stride and margin, NaN where unknown; null: photometric cost only.
    const float *rho;
    /// The way back: reference pixel ~ back_homography * q + rho_source * back_epipole.
    float back_homography[9], back_epipole[3];
} FathomPatchSource;

/// One reference image at one level and its sources.
typedef struct {
    /// Grey values 0...255 at pixel (0, 0); rows `stride` floats apart; margin on every side.
    const float *reference;
    int32_t width, height, stride;
    /// Distance between window taps in pixels: 1 or 2.
    int32_t tap_spacing;
    const FathomPatchSource *sources;
    int32_t source_count;
    /// How many of the best sources are averaged.
    int32_t best_sources;
    /// Variance floor in squared grey levels.
    float noise_variance;
    /// Cost per pixel of forward-backward reprojection error against sources with known depth, and its cap in pixels.
    float geometric_weight, geometric_cap;
} FathomPatchProblem;

/// The plane field of a level: `FATHOM_SEARCH_MARGIN` on every side, rows `stride` floats apart, pointers at (0, 0).
typedef struct {
    float *rho, *slope_x, *slope_y, *cost;
} FathomPlaneField;

/// What one search step does.
typedef struct FATHOM_SHARED {
    /// Spacing of the bins in rho; the candidates lie at +-0.5 and +-1.5 steps.
    float step;
    /// Weight of the smoothness term and the rho difference at which it saturates.
    float smoothness, smoothness_scale;
    /// The smoothness weight grows by `flat_gain` * exp(-variance / flat_variance) where the window has no texture.
    float flat_gain, flat_variance;
    float rho_min, rho_max;
    /// Further candidates with the kept slopes, rows `stride` floats apart, NaN where there is none; each may be null.
    const float *extra_rho[FATHOM_SEARCH_EXTRAS];
} FathomSearchStep;

/// One row of the half-resolution plane: [1 3 3 1]/8 in both directions. `source` is row 2y of the finer plane.
void fathom_halve_row(const float *source, int32_t stride, int32_t width, float *target);

/// Packs rows [`row_begin`, `row_end`) of a margin-padded grey plane into texels; rows -margin ... height+margin-1 exist.
void fathom_pack_texels(
    const float *grey, int32_t width, int32_t stride, int32_t row_begin, int32_t row_end, uint32_t *texels);

/// Costs of the planes of one row: `cost[x]` for x in [0, width).
void fathom_patch_cost_row(
    const FathomPatchProblem *problem, int32_t y, const float *rho, const float *slope_x, const float *slope_y, float *cost);

/// One search step for row `y`: reads `from`, writes rho, slopes and cost of the winners to `to`.
void fathom_search_row(
    const FathomPatchProblem *problem, const FathomSearchStep *step, int32_t y, const FathomPlaneField *from,
    const FathomPlaneField *to);

/// Slopes of row `y` by a least-squares plane over each pixel's 5x5 neighbourhood, similar pixels within `saturation` in rho;
/// replaces `field->slope_x`, `field->slope_y`.
void fathom_fit_slopes_row(const FathomPatchProblem *problem, float saturation, int32_t y, const FathomPlaneField *field);

/// Carries the depth of a source into the reference: every known source pixel raises the nearest reference pixel of `target`
/// (width x height of the reference, rows `target_stride` floats apart, initialised to -1) to its inverse depth there.
void fathom_splat_rho(
    const FathomPatchSource *source, float *target, int32_t width, int32_t height, int32_t target_stride);

/// Parabola through the costs at rho - step, rho, rho + step; rows as above. Writes the shifted rho.
void fathom_subbin_row(const FathomPatchProblem *problem, float step, int32_t y, const FathomPlaneField *field, float *rho);

/// Bilateral window weights of one row for the dense sweep, `weights[tap * tap_stride + x]`, and per pixel the weighted mean
/// and variance of the reference window.
void fathom_window_weights_row(
    const FathomPatchProblem *problem, int32_t y, float *weights, size_t tap_stride, float *mean, float *variance);

/// Warps rows [-2, height + 2) x columns [-2, width + 2) (times tap spacing) of the reference frame into source `source`
/// at the fronto-parallel plane `rho`. `warped` has the layout of a margin-padded plane.
void fathom_warp_row(const FathomPatchProblem *problem, int32_t source, float rho, int32_t y, float *warped);

/// Aggregated costs of one row for one plane of the sweep, given the warped sources, quantised to 0...255 (cost * 160).
void fathom_sweep_cost_row(
    const FathomPatchProblem *problem, float rho, int32_t y, const float *const *warped, const float *weights,
    size_t tap_stride, const float *mean, const float *variance, uint8_t *cost);
#endif
