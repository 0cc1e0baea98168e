// TSDF integration loops. Every length is in voxels unless a name says otherwise.
#ifndef DEPTHVOLUME_H
#define DEPTHVOLUME_H
#include "Shared.h"
#include <stddef.h>
#include <stdint.h>

/// Depth that marks a pixel without a measurement: so far behind every voxel that no voxel is updated.
#define FATHOM_VOLUME_NO_DEPTH (-1e9f)
/// The stored code of weight 1; the largest weight, 64, still fits 16 bits.
#define FATHOM_VOLUME_WEIGHT_ONE 1023
#define FATHOM_VOLUME_WEIGHT_LIMIT (64.0f * FATHOM_VOLUME_WEIGHT_ONE)

/// A posed depth image, prepared for the loops below.
typedef struct FATHOM_SHARED {
    /// Camera z per pixel, `FATHOM_VOLUME_NO_DEPTH` where there is none; width × height.
    const float *depth;
    /// Red, green, blue and reliability (confidence · cosine, 1…255), lowest byte first; width × height.
    const uint32_t *samples;
    int32_t width, height;
    /// Pinhole intrinsics in pixels for pixel indices (the centre of the first pixel at 0).
    float fx, fy, cx, cy;
    /// Camera coordinates of the 64 voxels of a block's first z slice relative to voxel (0, 0, 0): 64 x, 64 y, 64 z.
    const float *sliceOffsets;
    /// Camera coordinates of one step along the block's z axis.
    float stepX, stepY, stepZ;
    float truncation;
    /// Weight · z² of a fully reliable pixel, in stored weight units times squared voxels.
    float weightScale;
    /// Depths below this one weigh no more than it does.
    float nearestDepth;
} fathom_volume_frame;

/// What `fathom_volume_prepare_row` reads.
typedef struct FATHOM_SHARED {
    /// Depth in scene units; NaN or ≤ 0 means none.
    const float *depth;
    /// 0…1 per pixel, or NULL.
    const float *confidence;
    /// Zero excludes the pixel; or NULL.
    const uint8_t *mask;
    /// Interleaved samples, or NULL.
    const uint8_t *color;
    int32_t colorChannels;
    int32_t width, height;
    /// Pinhole intrinsics in pixels for pixel indices.
    float fx, fy, cx, cy;
    /// Voxels per scene unit.
    float scale;
    /// Depths beyond it (in voxels) are left out.
    float range;
} fathom_volume_input;

/// Side in pixels of the tiles that `fathom_volume_farthest` summarises.
#define FATHOM_VOLUME_TILE 16

/// The largest depth of each tile of one row of tiles (`rows` ≤ 16 pixel rows from `depth` on); 0 where there is none.
void fathom_volume_farthest(const float *depth, int32_t width, int32_t rows, float *farthest);

/// Fills row `y` of `depth` and `samples`.
void fathom_volume_prepare_row(const fathom_volume_input *input, int32_t y, float *depth, uint32_t *samples);

/// Where the rays of a frame run in the block lattice.
typedef struct FATHOM_SHARED {
    const float *depth;
    int32_t width;
    /// Distance in pixels between sampled rows and columns.
    int32_t stride;
    float fx, fy, cx, cy;
    /// Camera centre relative to the first voxel of block (baseX, baseY, baseZ), in blocks.
    float originX, originY, originZ;
    int32_t baseX, baseY, baseZ;
    /// Rows of worldFromCamera divided by the block side: blocks per voxel along the camera's axes.
    float rotation[9];
    /// Ray samples run from the truncation before the measured point to the truncation behind it, in 2 · `steps` steps.
    float truncation;
    int32_t steps;
    /// Half side, at most 4, of the cube around each measured point whose blocks are wanted as well: corners of cells that
    /// the surface crosses lie in it, whatever the ray samples miss.
    float margin;
    /// Blocks outside are not wanted; inclusive.
    int32_t lower[3], upper[3];
} fathom_volume_rays;

/// Lists the keys of blocks that rays of rows `firstRow ..< endRow` (every `stride`-th) touch within the truncation band.
///
/// Most duplicates are left out. `keys` must hold (sampled pixels) · (2 steps + 8) entries. Returns the number written.
size_t fathom_volume_touch(const fathom_volume_rays *rays, int32_t firstRow, int32_t endRow, uint64_t *keys);

/// The voxels of one block, as planes of 512 values with x fastest.
typedef struct FATHOM_SHARED {
    /// Signed distance over truncation · 32767.
    int16_t *distances;
    /// Accumulated weight · FATHOM_VOLUME_WEIGHT_ONE.
    uint16_t *weights;
    /// Observations, saturating at 255.
    uint8_t *counts;
    /// Red, green and blue planes of 1 + 256 · value, 0 where none was seen; or NULL.
    uint16_t *colors;
} fathom_volume_block;

/// The key of a block: three 21-bit coordinates offset by 2^20.
static inline uint64_t fathom_volume_key(int32_t x, int32_t y, int32_t z) {
    return (uint64_t)(uint32_t)(x + 1048576) | (uint64_t)(uint32_t)(y + 1048576) << 21 | (uint64_t)(uint32_t)(z + 1048576) << 42;
}

/// Updates the 8 × 8 × 8 voxels of one block with a frame (deep-mesh specification, appendix D).
///
/// `baseX … baseZ`: camera coordinates of voxel (0, 0, 0). Colours are left alone when `color` is 0.
void fathom_volume_integrate(const fathom_volume_frame *frame, float baseX, float baseY, float baseZ, const fathom_volume_block *block,
                             int color);

/// Packs a block's signs and observed voxels into bits: byte y + 8 z holds the row along x, lowest bit x = 0.
///
/// `inside`: distance < 0. `seen`: count ≥ `minimumCount`.
void fathom_volume_bits(const fathom_volume_block *block, uint8_t minimumCount, uint8_t *inside, uint8_t *seen);

#endif
