// Lattice classification and triangulation for iso-surface extraction.
#ifndef ISOSURFACE_H
#define ISOSURFACE_H
#include "Shared.h"
#include <stddef.h>
#include <stdint.h>

/// Triangulations of a cube cut by an iso-surface; built once by `CubeCases` in FathomMesh, which defines the numbering.
///
/// Corner 4x+2y+z; bit c of a case is set when corner c is inside. Edge 4a+k joins two corners that differ along axis a;
/// k = 2p+q, where p and q are the coordinates along the other two axes in ascending order. Face 2a+s is the side s (0 low,
/// 1 high) of axis a. A variant is a case together with one decision per ambiguous face.
typedef struct FATHOM_SHARED {
    /// [256] Bit f is set when face f of the case is ambiguous.
    const uint8_t *ambiguous_faces;
    /// [256] First variant of the case; the decisions of its ambiguous faces, lowest face first, are the bits to add.
    const uint16_t *first_variant;
    /// [variants + 1] First triangle of each variant; a variant ends where the next begins.
    const uint16_t *first_triangle;
    /// [variants + 1] First centroid of each variant.
    const uint16_t *first_centroid;
    /// Four bytes per triangle: three vertices and a zero. 0–11 are edges, 12 + i is centroid i of the variant. At least
    /// 48 bytes may be read past the last triangle.
    const uint8_t *triangles;
    /// The set of edges, as a bit mask, whose crossings a centroid averages.
    const uint16_t *centroid_edges;
} fathom_cube_cases;

/// The variant of a cell from its eight corner values, numbered as in `fathom_cube_cases`, minus the level.
///
/// An ambiguous face, whose diagonals lie on different sides, is decided by the sign of its bilinear saddle (asymptotic
/// decider, Nielson and Hamann 1991): the inside connects through the face when the product of the inside corners exceeds
/// that of the outside corners. Both cells at a face compare the same two products, so they agree bit for bit.
static inline unsigned fathom_cube_variant(const fathom_cube_cases *cases, unsigned cube, const float value[8]) {
    static const uint8_t corners[6][4] = {
        {0, 3, 1, 2}, {4, 7, 5, 6}, {0, 5, 1, 4}, {2, 7, 3, 6}, {0, 6, 2, 4}, {1, 7, 3, 5},
    };
    unsigned variant = cases->first_variant[cube];
    unsigned bit = 1;
    for (unsigned faces = cases->ambiguous_faces[cube]; faces != 0; faces &= faces - 1) {
        const uint8_t *c = corners[__builtin_ctz(faces)];
        float first = value[c[0]] * value[c[1]];
        float second = value[c[2]] * value[c[3]];
        int first_is_inside = (cube >> c[0]) & 1;
        if (first_is_inside ? first > second : second > first) { variant += bit; }
        bit <<= 1;
    }
    return variant;
}

/// A lattice of values with its classification. Point (x, y, z) lies at index (x * ny + y) * nz + z; bit z % 64 of word
/// (x * ny + y) * words + z / 64 of a mask belongs to it.
typedef struct FATHOM_SHARED {
    /// [nx * ny * nz], NaN where unseen; 64 bytes past the end must be readable.
    const float *values;
    size_t nx, ny, nz;
    float level;
    /// Words per row of a mask: nz / 64, rounded up.
    size_t words;
    /// [nx * ny * words] Points whose value is below the level.
    const uint64_t *inside;
    /// [nx * ny * words] Cells, named by their lowest corner, without an unseen corner; NULL when all cells are complete.
    const uint64_t *cells;
    /// World coordinates of point (0, 0, 0) and the distance between points.
    double origin[3];
    double spacing[3];
} fathom_iso_lattice;

/// What the row of points (x, y, *) owns: the vertices on its z edges, on the y edges and the x edges that start there (in
/// this order) and the centroids of its cells; and the triangles of its cells.
typedef struct {
    uint32_t vertices, triangles;
    uint32_t z_edges, y_edges, x_edges;
} fathom_iso_row;

/// Classifies `rows` rows of `nz` values against the level. Returns 1 when a value is NaN, else 0.
int fathom_iso_classify(const float *values, size_t rows, size_t nz, float level, uint64_t *inside, uint64_t *seen);

/// Finds the cells of slabs x0..<x1 whose eight corners are seen.
void fathom_iso_complete_cells(
    const uint64_t *seen, size_t nx, size_t ny, size_t nz, size_t x0, size_t x1, uint64_t *cells);

/// Counts what each row of slabs x0..<x1 owns. Returns the number of mesh edges with a triangle on one side only: those on
/// the lattice's border and on faces of incomplete cells.
size_t fathom_iso_count(
    const fathom_iso_lattice *lattice, const fathom_cube_cases *cases, size_t x0, size_t x1, fathom_iso_row *rows);

/// Writes the vertices and triangles of slabs x0..<x1.
///
/// `rows` holds, for every row and one more, the first vertex and the first triangle it owns. Positions, normals (or NULL)
/// and triangles are three lanes and one of padding each. Normals are unit gradients: central differences at the ends of
/// the crossed edge, interpolated. `edges` (or NULL) tells for each vertex the edge it stands on, 3 · (index of the point where the
/// edge starts) + axis, and UINT64_MAX for a centroid.
void fathom_iso_emit(
    const fathom_iso_lattice *lattice, const fathom_cube_cases *cases, const fathom_iso_row *rows, size_t x0, size_t x1,
    float *positions, float *normals, uint32_t *triangles, uint64_t *edges);

#endif
