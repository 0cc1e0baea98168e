// A signed distance field: a small network on features from grids of several resolutions, stored in hash tables.
//
// Positions are in cubes, that is world units divided by the longest side of the field's box. With x the position relative to the
// centre of the box and E(x) two features per level, the inputs of the network are h = (x, y, z, 1, E(x)) and
//
//     f = side · (w2 · softplus(W h) + b2 + sign · (|x| − radius))    softplus(z) = log(1 + exp(beta z)) / beta.
//
// W is stored by columns: `hidden` numbers per input; w2 and b2 follow. Upstream numbers are u for f and q for ∇f, per world unit.
#ifndef HASHFIELD_H
#define HASHFIELD_H
#include "Shared.h"
#include <stddef.h>
#include <stdint.h>

/// Most levels a field may have.
#define FATHOM_HASH_LEVELS 16
/// Most hidden numbers; their number is a multiple of 4.
#define FATHOM_HASH_HIDDEN 128
/// Inputs of the network before the features: x, y, z, 1.
#define FATHOM_HASH_PLAIN_INPUTS 4
/// Floats of scratch memory per parameter of the network.
#define FATHOM_HASH_SCRATCH 16

/// A lattice over the box whose points have two features each.
typedef struct FATHOM_SHARED {
    /// Cells along a side of the cube.
    float cells;
    /// Cells along each axis that cover the box, at least 1.
    int32_t extent[3];
    /// What a step along each axis changes: an index where the level has an entry for each point, else bits of its hash.
    uint32_t stride[3];
    /// Entries of the table − 1 where points are hashed, else 0.
    uint32_t mask;
    /// Where the table starts among the parameters.
    size_t offset;
} fathom_hash_level;

typedef struct FATHOM_SHARED {
    const fathom_hash_level *levels;
    int32_t count;
    /// Levels whose features count; those of the others, finer ones, are 0.
    int32_t active;
    int32_t hidden;
    const float *parameters;
    /// Where those of the network start.
    size_t network;
    /// Centre of the box and its longest side, world units.
    float center[3], side;
    /// Half of the box's sides in cubes.
    float half[3];
    float radius, sign, beta;
} fathom_hash_field;

/// Values at `count` points, which lie four floats apart.
void fathom_hash_values(const fathom_hash_field *field, const float *points, size_t count, float *values);

/// Values and gradients; gradients lie four floats apart as well.
void fathom_hash_gradients(const fathom_hash_field *field, const float *points, size_t count, float *values, float *gradients);

/// Writes Σ u ∂f/∂c + q · ∂∇f/∂c for the network's parameters c to `sums` and what active levels' tables need to `pulls`.
///
/// For point i and level l, the four numbers from pulls[4 (l · stride + i)] on are the derivatives of u f + q · ∇f and of f / side
/// by the two features.
///
/// - q: four floats apart; NULL for zeros.
/// - scratch: FATHOM_HASH_SCRATCH floats for each of `sums`.
void fathom_hash_pull_network(const fathom_hash_field *field, const float *points, const float *u, const float *q, size_t count,
                              float *scratch, float *sums, float *pulls, size_t stride);

/// Adds the same sum for one level's table to `table`, point by point; `pulls` are that level's.
void fathom_hash_pull_table(const fathom_hash_field *field, const fathom_hash_level *level, const float *points, const float *q,
                            size_t count, const float *pulls, float *table);

#endif
