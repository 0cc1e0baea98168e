// A radiance field: features from lattices of several resolutions, a small network for density, another for colour, and rays that
// collect both.
//
// Positions lie in the unit cube. A position has FATHOM_RADIANCE_FEATURES features in slots of two: the first slots hold those of
// the levels of a grid, coarsest first, the ones behind them the product of three feature planes, if there are any; the rest is 0.
// With features x, direction bands s (real spherical harmonics up to degree 2) and H hidden numbers,
//
//     h1 = relu(W1 x)   g = W2 h1 + b2   density = softplus(g0 − 1) or exp(g0)
//     h2 = relu(W3 (g1 … g15) + Ws s)   h3 = relu(W4 h2)   colour = 1.002 sigmoid(W5 h3 + b5) − 0.001.
//
// The network's numbers stand in this order, all by rows of what a product takes in, so that W1 has 16 rows of H numbers:
// W1 [16][H], W2 [H][16], b2 [16], W3 [16][H] whose row 0 has no meaning, Ws [9][H], W4 [H][H], and by rows of what comes out
// W5 [4][H] and b5 [4], whose last row and number have no meaning.
#ifndef RADIANCEFIELD_H
#define RADIANCEFIELD_H
#include "Fields/HashField.h"
#include "Shared.h"
#include <stddef.h>
#include <stdint.h>

#define FATHOM_RADIANCE_SLOTS 8
#define FATHOM_RADIANCE_FEATURES 16
#define FATHOM_RADIANCE_BANDS 9
/// Most hidden numbers; their number is a multiple of 16.
#define FATHOM_RADIANCE_HIDDEN 64
/// Most steps along a ray.
#define FATHOM_RADIANCE_STEPS 512
/// Channels of a texel of a feature plane.
#define FATHOM_RADIANCE_CHANNELS 8
/// Numbers of a network with H hidden ones, and of its matrices turned.
#define FATHOM_RADIANCE_NETWORK(H) ((H) * (H) + 61 * (H) + 20)
#define FATHOM_RADIANCE_TURNED(H) ((H) * (H) + 52 * (H))

/// Three planes across the cube, by x and y, by x and z, by y and z, with FATHOM_RADIANCE_CHANNELS numbers per texel.
typedef struct {
    /// Texels along x, y, z, at least 2; 0 where there are no planes.
    int32_t size[3];
    /// Where each plane starts among the tables.
    size_t offset[3];
} fathom_radiance_planes;

typedef struct FATHOM_SHARED {
    const fathom_hash_level *levels;
    int32_t level_count;
    fathom_radiance_planes planes;
    /// What features of each slot are multiplied by; where it is 0 nothing is read and no gradient arises.
    float slot_weight[FATHOM_RADIANCE_SLOTS];
    const float *tables;
    int32_t hidden;
    const float *network;
    /// Its matrices turned, by fathom_radiance_turn.
    const float *turned;
    /// What the bands of degree 0, 1 and 2 are multiplied by.
    float degree_weight[3];
    /// Whether density is exp(g0), g0 at most 15, instead of softplus(g0 − 1).
    int32_t is_exponential;
    /// A bit per cell, x fastest: whether there may be something; NULL for everywhere.
    const uint8_t *occupancy;
    /// Cells of the occupancy along each axis.
    int32_t occupancy_size;
    /// Steps along a ray.
    int32_t steps;
    /// Whether rays are contracted: position = c(origin + z(t) direction) / 4 + 1/2 with c(p) = p inside of the unit ball and
    /// (2 − 1/|p|) p/|p| outside (Barron et al., "Mip-NeRF 360", 2022); else position = origin + t direction.
    int32_t is_contracted;
} fathom_radiance_field;

typedef struct FATHOM_SHARED {
    float origin[3], direction[3];
    /// Unit vector in the world, for the bands.
    float view[3];
    /// Where steps are taken, within 0 … 1, and how far into its interval each sample lies, from 0 to 1.
    float start, end, jitter;
    /// Length per unit of t, of rays that are not contracted.
    float length;
    /// z(t) = (depth[0] + depth[1] t) / (1 + depth[2] t).
    float depth[3];
    float background[3];
} fathom_radiance_ray;

/// What is known of samples, each array with room for `capacity`, padded by 64 numbers; those of a ray stand side by side.
typedef struct FATHOM_SHARED {
    size_t capacity;
    float *t;
    /// x of all samples, then y, then z, in the cube.
    float *position;
    /// Length of its interval.
    float *length;
    /// exp(−density · length): how much light passes.
    float *passing;
    /// Four numbers each.
    float *color;
    /// Slot by slot two numbers per sample: features, and after the way back the loss' derivatives by them.
    float *features;
} fathom_radiance_samples;

typedef struct {
    float color[3];
    /// Σ w t / Σ w; 1 for rays that meet nothing.
    float mean_depth;
    /// Σ w t + T: what remains of the light ends at t = 1.
    float depth;
    /// Where half of the light is gone, linear within the sample's interval; 1 where that does not happen.
    float median_depth;
    float opacity;
    /// Σ w w' |t − t'| + ⅓ Σ w² Δt.
    float distortion;
    /// Σ density over samples whose t is below a limit.
    float near_density;
    /// Samples until light was gone.
    int32_t count;
} fathom_radiance_pixel;

/// Derivatives of a loss by the numbers of a pixel.
typedef struct {
    float color[3];
    float mean_depth, depth, opacity, distortion, near_density;
} fathom_radiance_upstream;

/// Bands of a direction of length 1, without weights.
void fathom_radiance_bands(const float *direction, float *bands);

/// Turns the network's matrices: W1ᵀ, W2ᵀ, W3ᵀ, W4ᵀ, W5ᵀ.
void fathom_radiance_turn(int32_t hidden, const float *network, float *turned);

/// Features, 16 each and multiplied by their slot's weight, of `count` positions four floats apart.
void fathom_radiance_features(const fathom_radiance_field *field, const float *positions, size_t count, float *features);

/// Σ upstream · ∂features / ∂position for `count` positions four floats apart; upstream has 16 numbers each, gradients four.
void fathom_radiance_position_gradients(const fathom_radiance_field *field, const float *positions, const float *upstream,
                                        size_t count, float *gradients);

/// Densities at `count` positions, which lie four floats apart.
void fathom_radiance_densities(const fathom_radiance_field *field, const float *positions, size_t count, float *densities);

/// Follows rays until less than `least` of their light is left.
///
/// - near: below this t densities count as near.
/// - samples: filled from index `first` on, with room for steps · count; NULL where no way back is wanted.
void fathom_radiance_forward(const fathom_radiance_field *field, const fathom_radiance_ray *rays, size_t count, float least,
                             float near, const fathom_radiance_samples *samples, size_t first, fathom_radiance_pixel *pixels);

/// The way back of the same rays: adds to the network's gradient and puts derivatives in the place of features.
void fathom_radiance_backward(const fathom_radiance_field *field, const fathom_radiance_ray *rays, size_t count, float near,
                              const fathom_radiance_samples *samples, size_t first, const fathom_radiance_pixel *pixels,
                              const fathom_radiance_upstream *upstream, float *gradient);

/// Adds to the gradient of one level's table, sample by sample; returns 0 when derivatives are not finite.
///
/// - chunks: `chunk_count` pairs of numbers: where samples start and how many there are.
int32_t fathom_radiance_pull_level(const fathom_radiance_field *field, int32_t level, const fathom_radiance_samples *samples,
                                   const size_t *chunks, size_t chunk_count, float *gradient);

/// The same for one of the three planes.
int32_t fathom_radiance_pull_plane(const fathom_radiance_field *field, int32_t plane, const fathom_radiance_samples *samples,
                                   const size_t *chunks, size_t chunk_count, float *gradient);

#endif
