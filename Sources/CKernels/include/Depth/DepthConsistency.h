// Reprojection checks between depth maps.
#ifndef DEPTHCONSISTENCY_H
#define DEPTHCONSISTENCY_H
#include "Shared.h"
#include <stddef.h>
#include <stdint.h>

/// A source depth map and how reference pixels map into it and back.
///
/// Both mappings are 3×4, by rows, and act on (u, v, 1) · z with z = depth, plus the fourth column: the result is
/// (u', v', 1) · z' in the other image. Pixel coordinates are continuous, centres at +0.5.
typedef struct FATHOM_SHARED {
    float forward[12];
    float backward[12];
    /// `height` × `width` depths, invalid ones NaN.
    const float *depth;
    int32_t width;
    int32_t height;
} fathom_depth_pair;

/// What the two-way check of one reference pixel found, as planes of one value per pixel.
typedef struct {
    /// Index of the source pixel it falls into; -1 outside the image, behind the camera or where the source has no depth there.
    int32_t *pixel;
    /// Its depth in the source over the depth the source has there: below 1 it floats in front. NaN where `pixel` is -1.
    float *ratio;
    /// Distance in reference pixels to where the source's point comes back. Infinite where `pixel` is -1 or it comes back
    /// from behind.
    float *shift;
    /// Depth of the source's point in the reference. NaN where `shift` is infinite.
    float *depth;
} fathom_reprojection;

/// Projects `count` reference pixels of row coordinate `v` into the source, reads its depth there, and brings that point back.
///
/// The source's depth is bilinear; where one of the four values is invalid or they differ by more than 2 %, the nearest.
///
/// - `u`: column coordinates (centre + 0.5); `depth`: their depths, all finite and positive.
void fathom_reproject(const fathom_depth_pair *pair, float v, const float *u, const float *depth, int32_t count,
                      const fathom_reprojection *result);

/// Turns the findings of one source into its dynamic-consistency level, and adds the source to the running sums.
///
/// The level is the smallest i ≥ 2 with shift < i · `shift_step` and |depth' / depth − 1| < i · `depth_step`; 11 is the
/// weakest level, "loose agreement fails". A source agrees when its level is at most 10 or when shift < `fixed_shift` and
/// the relative depth is below `fixed_depth`.
///
/// - `votes`: 9 planes of `count` for levels 2…10, sources passing each; `fixed`: sources passing the fixed test;
///   `seen`: sources with a depth there; `agreeing`: sources that agree; `sum`: Σ of their depths in the reference.
void fathom_tally_agreement(const float *depth, const fathom_reprojection *found, int32_t count, float shift_step,
                            float depth_step, float fixed_shift, float fixed_depth, uint8_t *votes, uint8_t *fixed,
                            uint8_t *seen, uint8_t *agreeing, float *sum);

/// Writes 1 where some level i has at least i votes or `fixed` reaches `fixed_views` (0 switches that test off), else 0.
void fathom_accept_agreement(const uint8_t *votes, const uint8_t *fixed, int32_t fixed_views, int32_t count, uint8_t *accepted);

/// Marks the pixels of row `y` that lie on a depth edge: 1 where the largest of the 3×3 depths is more than `ratio` times the
/// smallest and no plane fits them.
///
/// A plane fits when at least five of the nine are valid, in all three rows and columns, and the inverse depths stray from
/// their least-squares plane by less than `residual` of the mean. Invalid pixels get 0.
void fathom_depth_edges(const float *depth, int32_t width, int32_t height, int32_t y, float ratio, float residual, uint8_t *edge);

/// Least-squares plane 1/z = a·dx + b·dy + c through the valid depths in the (2·radius+1)² window around pixel (x, y) that
/// differ from its own by at most `tolerance` (relative), by distance from the pixel's centre.
///
/// - Returns 1 and (a, b, c) in `plane`, or 0 when they do not span a plane.
int fathom_inverse_depth_plane(const float *depth, int32_t width, int32_t height, int32_t x, int32_t y, int32_t radius,
                               float tolerance, float *plane);

/// Sets the bit of pixel `pixels[i]` for each i with `marked[i]` ≠ 0 and `pixels[i]` ≥ 0. Several threads may mark one map.
void fathom_mark_pixels(const int32_t *pixels, const uint8_t *marked, int32_t count, uint32_t *bits);

#endif
