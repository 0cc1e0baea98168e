// Triangle z-buffer loops.
#ifndef RASTERIZE_H
#define RASTERIZE_H
#include <stddef.h>
#include <stdint.h>

/// A pinhole view: continuous pixel = (fx·x/z + cx, fy·y/z + cy); nothing nearer than `near_plane` is drawn.
typedef struct {
    double fx, fy, cx, cy, near_plane;
    int32_t width, height;
} FathomRasterView;

/// A triangle ready to be drawn: corners in 1/256 pixel, turning so that all edge functions are positive inside, and the
/// plane of inverse depth over pixel indices, clamped to the triangle's own range.
typedef struct {
    int32_t x[3], y[3];
    uint32_t triangle;
    uint16_t first_row, last_row;
    float inverse_min, inverse_max;
    double inverse_origin, inverse_dx, inverse_dy;
} FathomRasterTriangle;

/// The most records that one mesh triangle can turn into: clipping by five planes leaves eight corners.
enum { FATHOM_RASTER_PIECES = 6 };

/// Camera-frame positions (3 doubles each) of `count` world positions (4 floats each, the last unused):
/// rotation (9, by rows) · p + translation (3).
void fathom_raster_transform(const float *positions, size_t count, const double *rotation, const double *translation,
                             double *camera_points);

/// Clips, projects and snaps `count` triangles (4 indices each, the last unused) numbered from `first`.
/// `records` has room for FATHOM_RASTER_PIECES · count; returns how many were written. Triangles that cover no pixel
/// centre or have a corner that is not finite are dropped.
size_t fathom_raster_setup(const double *camera_points, const uint32_t *triangles, size_t count, uint32_t first,
                           const FathomRasterView *view, FathomRasterTriangle *records);

/// Draws the listed records into rows first_row..<first_row+rows. `inverse` (inverse depth, 0 = empty) and `ids` point to
/// the first of these rows. Nearer wins; of equals the first listed. Coverage follows the top-left rule.
void fathom_raster_draw(const FathomRasterTriangle *records, const uint32_t *list, size_t count, int32_t width,
                        int32_t first_row, int32_t rows, float *inverse, uint32_t *ids);

/// Inverse depth to depth in place; 0 becomes NaN.
void fathom_raster_resolve(float *values, size_t count);

#endif
