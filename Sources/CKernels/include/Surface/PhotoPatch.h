// How well a patch of one image is found in another through a plane in space, and how that changes as the plane comes and goes.
#ifndef PHOTOPATCH_H
#define PHOTOPATCH_H
#include <stdint.h>

/// Rows and lanes that hold a patch of 3 × 3 to 7 × 7 pixels (radius 1 to 3).
#define FATHOM_PHOTO_ROWS 7
#define FATHOM_PHOTO_LANES 8

/// A patch of the reference image.
typedef struct {
    /// Differences from the mean, a row of `FATHOM_PHOTO_LANES` per row of the patch; 0 in lanes beside it.
    float values[FATHOM_PHOTO_ROWS * FATHOM_PHOTO_LANES];
    float mean;
    /// Sum of squares of `values`.
    float energy;
} fathom_photo_window;

/// Where the pixels of a patch go: pixel (i, j) from its centre to the homogeneous source pixel center + i right + j down.
///
/// Whole source coordinates are pixel centres. As the plane's depth at the centre grows, the homogeneous pixel changes by
/// (1 + i weightRight + j weightDown) motion per unit.
typedef struct {
    float center[3], right[3], down[3], motion[3];
    float weightRight, weightDown;
} fathom_photo_warp;

/// How well a patch is found.
typedef struct {
    /// ZNCC, -1 to 1.
    float correlation;
    /// Its change per unit of depth.
    float slope;
} fathom_photo_match;

/// Reads the patch of `radius` around pixel (x, y), which must lie inside the image; up to 8 floats past a row are read.
void fathom_photo_read(
    const float *image, int32_t width, int32_t x, int32_t y, int32_t radius, fathom_photo_window *window);

/// Compares a patch with `image`, bilinear between pixel centres: ZNCC b and its derivative by the chain rule,
/// dc/dz = sum over taps of (a - c sqrt(A/B) (b - mean b)) / sqrt(A B) db/dz, A and B being the energies of both.
///
/// Returns 0, and writes nothing, where the patch leaves the image or has less energy than `least`.
int fathom_photo_compare(
    const fathom_photo_window *window, int32_t radius, const fathom_photo_warp *warp, const float *image, int32_t width,
    int32_t height, float least, fathom_photo_match *match);

#endif
