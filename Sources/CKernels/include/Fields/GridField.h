// Distances on sparse blocks of 8 × 8 × 8 lattice points: interpolation and re-distancing.
#ifndef GRIDFIELD_H
#define GRIDFIELD_H
#include "Shared.h"
#include <stddef.h>
#include <stdint.h>

/// Blocks of a lattice of (8 bx) × (8 by) × (8 bz) points.
typedef struct FATHOM_SHARED {
    /// [bx · by · bz] Where the values of a block stand, −1 where the block is all outside, −2 where it is all inside.
    const int32_t *slots;
    /// [512 per slot] Values; point (x, y, z) of a block at 64 x + 8 y + z.
    const float *values;
    /// Number of blocks along each axis.
    int32_t blocks[3];
    /// What stands in for the values of absent blocks, with their sign.
    float band;
    /// World position of point (0, 0, 0) and distance of neighbouring points.
    float origin[3];
    float spacing;
} fathom_grid_field;

/// Value at each of `count` points (four floats apart), trilinear between lattice points; points outside of the lattice get the
/// value of the nearest point on its border.
void fathom_grid_values(const fathom_grid_field *grid, const float *points, size_t count, float *values);

/// The same and the gradient, four floats apart: central differences at the lattice points, interpolated like the values.
void fathom_grid_gradients(const fathom_grid_field *grid, const float *points, size_t count, float *values, float *gradients);

/// The lattice points around a point and their trilinear shares: indices into the values, −1 for absent blocks.
void fathom_grid_corners(const fathom_grid_field *grid, const float *point, int64_t index[8], float share[8]);

/// Marks the points of a block that have a neighbour of the other sign, and writes their distance to the surface: the value over
/// the largest of the central and one-sided slopes (Russo and Smereka, 2000), or the value itself where that slope is between 3/4
/// and 4/3. Others get ± band. Returns how many were marked.
///
/// `block` is the number of the block among all; `distances` and `frozen` have 512 entries.
size_t fathom_grid_freeze(const fathom_grid_field *grid, size_t block, float *distances, uint8_t *frozen);

/// One sweep of |∇u| = 1 over a block, in the order given by the bits of `direction` (4: x descending, 2: y, 1: z): every
/// point that is not frozen takes the smaller of its magnitude and what its neighbours allow (Zhao, 2005). Values are the grid's,
/// changed in place.
void fathom_grid_sweep(const fathom_grid_field *grid, float *values, size_t block, const uint8_t *frozen, unsigned direction);

/// Gives points of a block whose weight is 0 the mean of their neighbours with a weight, and these weight 1; others keep theirs.
///
/// `motions` and `weights` share their slots and have band 0; `motion` and `weight` have 512 entries.
void fathom_grid_spread(const fathom_grid_field *motions, const fathom_grid_field *weights, size_t block, float *motion,
                        float *weight);

#endif
