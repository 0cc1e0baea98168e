// Iso-surface extraction from blocks of 8 × 8 × 8 voxels.
#ifndef BLOCKSURFACE_H
#define BLOCKSURFACE_H
#include "Shared.h"
#include <stddef.h>
#include <stdint.h>

#include "Depth/DepthVolume.h"
#include "Surface/IsoSurface.h"

/// Voxel blocks as extraction sees them; a block is named by its slot.
///
/// Bit x of byte 64 · slot + y + 8 z of a mask belongs to voxel (x, y, z) of the block.
typedef struct FATHOM_SHARED {
    /// Voxels with a negative distance.
    const uint8_t *inside;
    /// Voxels that may carry surface.
    const uint8_t *seen;
    /// [slots] The voxels.
    const fathom_volume_block *blocks;
    /// [slots] Block coordinates, three lanes and one of padding.
    const int32_t *coordinates;
    /// [slots] Index of the block's `fathom_block_surface`, -1 where the surface does not touch the block.
    const int32_t *surfaces;
    /// Edge of a voxel; voxel (i, j, k) of the lattice lies at voxelSize · (i, j, k).
    double voxelSize;
} fathom_block_lattice;

/// What a block owns of the surface: the crossed edges that start at its voxels, and its cells.
typedef struct {
    /// Slots of the block and its neighbours, -1 where absent; neighbour (dx, dy, dz) at 13 + dx + 3 dy + 9 dz.
    int32_t slots[27];
    /// Set by `fathom_block_count` to the numbers owned; sums over the blocks before are expected by `fathom_block_emit`.
    uint32_t vertices, triangles;
    /// Per axis and row of voxels, the vertices of the block on edges before the row.
    uint16_t ranks[3][64];
    /// Per axis and row, the crossed edges of complete cells, one bit per voxel where they start.
    uint8_t edges[3][64];
    /// Per row, the complete cells that the surface crosses, one bit per voxel at their lowest corner.
    uint8_t cells[64];
    /// Vertices on edges; centroids follow.
    uint16_t edgeVertices;
} fathom_block_surface;

/// Finds what the block of `surface` owns; its `slots` must be set.
///
/// Returns the number of mesh edges with a triangle on one side only, at faces of cells that are not complete.
size_t fathom_block_count(const fathom_block_lattice *lattice, const fathom_cube_cases *cases, fathom_block_surface *surface);

/// Writes the vertices and triangles of the block of `surfaces[index]`.
///
/// Positions, normals and triangles have three lanes and one of padding, colours (NULL where blocks have none) three
/// bytes and one.
/// Normals are unit gradients, as in `fathom_iso_emit`; colours are interpolated along the crossed edge.
void fathom_block_emit(const fathom_block_lattice *lattice, const fathom_cube_cases *cases, const fathom_block_surface *surfaces,
                       size_t index, float *positions, float *normals, uint8_t *colors, uint32_t *triangles);

#endif
