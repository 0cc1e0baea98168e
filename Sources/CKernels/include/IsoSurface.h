// Lattice classification and triangulation for iso-surface extraction.
#ifndef ISOSURFACE_H
#define ISOSURFACE_H
#include <stddef.h>
#include <stdint.h>

/// Triangulations of a cube cut by an iso-surface; built once by `CubeCases` in FathomMesh, which defines the numbering.
///
/// Corner 4x+2y+z; bit c of a case is set when corner c is inside. Edge 4a+k joins two corners that differ along axis a;
/// k = 2p+q, where p and q are the coordinates along the other two axes in ascending order. Face 2a+s is the side s (0 low,
/// 1 high) of axis a. A variant is a case together with one decision per ambiguous face.
typedef struct {
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

#endif
