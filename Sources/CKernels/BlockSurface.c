#include "BlockSurface.h"

#include <math.h>
#include <string.h>

#include "KernelTargets.h"

#define INLINE static inline __attribute__((always_inline))

/// A block with one voxel before and two after it along each axis.
enum { SIDE = 11 };

/// Masks of the padded block: rows [z + 1][y + 1], bit x + 1.
typedef struct {
    uint16_t inside[SIDE][SIDE], seen[SIDE][SIDE];
} PaddedMasks;

/// Distance codes of the padded block at [z + 1][y + 1][x + 1], NaN where unseen.
typedef struct {
    float at[SIDE][SIDE][SIDE];
} PaddedValues;

/// Which neighbour a padded coordinate lies in: -1, 0 or 1.
INLINE int32_t sideOf(int32_t v) { return v < 0 ? -1 : v > 7; }

/// The byte of a block's row, 0 where there is no block.
INLINE uint32_t rowOf(const uint8_t *masks, int32_t slot, int32_t row) {
    return slot < 0 ? 0 : masks[(size_t)slot * 64 + (size_t)row];
}

INLINE void loadMasks(const fathom_block_lattice *l, const int32_t slots[27], PaddedMasks *masks) {
    for (int32_t z = -1; z < SIDE - 1; z++) {
        for (int32_t y = -1; y < SIDE - 1; y++) {
            const int32_t *middle = slots + 13 + 3 * sideOf(y) + 9 * sideOf(z);
            int32_t row = (y & 7) + 8 * (z & 7);
            masks->inside[z + 1][y + 1] = (uint16_t)(rowOf(l->inside, middle[-1], row) >> 7 | rowOf(l->inside, middle[0], row) << 1 |
                                                     (rowOf(l->inside, middle[1], row) & 3) << 9);
            masks->seen[z + 1][y + 1] = (uint16_t)(rowOf(l->seen, middle[-1], row) >> 7 | rowOf(l->seen, middle[0], row) << 1 |
                                                   (rowOf(l->seen, middle[1], row) & 3) << 9);
        }
    }
}

/// The distance code of a voxel of the padded block.
INLINE float valueAt(const fathom_block_lattice *l, const int32_t slots[27], int32_t x, int32_t y, int32_t z) {
    int32_t slot = slots[13 + sideOf(x) + 3 * sideOf(y) + 9 * sideOf(z)];
    return slot < 0 ? 0 : l->blocks[slot].distances[(x & 7) + 8 * (y & 7) + 64 * (z & 7)];
}

/// Corner signs of the cell at bit x of four rows, numbered as in `fathom_cube_cases`.
INLINE unsigned cubeOf(uint32_t row00, uint32_t row10, uint32_t row01, uint32_t row11, int32_t x) {
    // Rows y + 0, y + 1 at z, then at z + 1; corner 4x + 2y + z.
    unsigned low = (row00 >> x & 1) | (row01 >> x & 1) << 1 | (row10 >> x & 1) << 2 | (row11 >> x & 1) << 3;
    x++;
    return low | (row00 >> x & 1) << 4 | (row01 >> x & 1) << 5 | (row10 >> x & 1) << 6 | (row11 >> x & 1) << 7;
}

INLINE unsigned variantOf(const fathom_block_lattice *l, const fathom_cube_cases *cases, const int32_t slots[27], unsigned cube,
                          int32_t x, int32_t y, int32_t z) {
    if (cases->ambiguous_faces[cube] == 0) return cases->first_variant[cube];
    float value[8];
    for (int32_t i = 0; i < 8; i++) value[i] = valueAt(l, slots, x + (i >> 2), y + (i >> 1 & 1), z + (i & 1));
    return fathom_cube_variant(cases, cube, value);
}

/// Mesh edges on the faces selected by `open`, each given by rows of its four corners around the face (two diagonals).
INLINE size_t segments(uint32_t open, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    uint32_t mixed = (a | b | c | d) & ~(a & b & c & d);
    uint32_t ambiguous = ~(a ^ c) & ~(b ^ d) & (a ^ b);
    return (size_t)__builtin_popcount(open & mixed) + (size_t)__builtin_popcount(open & ambiguous);
}

// MARK: Counting

FATHOM_KERNEL
size_t fathom_block_count(const fathom_block_lattice *l, const fathom_cube_cases *cases, fathom_block_surface *surface) {
    PaddedMasks m;
    loadMasks(l, surface->slots, &m);
    uint32_t complete[SIDE - 1][SIDE - 1];
    for (int32_t z = 0; z < SIDE - 1; z++) {
        for (int32_t y = 0; y < SIDE - 1; y++) {
            uint32_t seen = m.seen[z][y] & m.seen[z][y + 1] & m.seen[z + 1][y] & m.seen[z + 1][y + 1];
            complete[z][y] = seen & seen >> 1;
        }
    }
    size_t open = 0;
    uint32_t vertices = 0, triangles = 0, centroids = 0;
    for (int32_t axis = 0; axis < 3; axis++) {
        for (int32_t row = 0; row < 64; row++) {
            int32_t y = (row & 7) + 1, z = (row >> 3) + 1;
            uint32_t i = m.inside[z][y], crossed, cells;
            if (axis == 0) {
                crossed = i ^ i >> 1;
                cells = complete[z][y] | complete[z][y - 1] | complete[z - 1][y] | complete[z - 1][y - 1];
            } else if (axis == 1) {
                crossed = i ^ m.inside[z][y + 1];
                cells = complete[z][y] | complete[z - 1][y];
                cells |= cells << 1;
            } else {
                crossed = i ^ m.inside[z + 1][y];
                cells = complete[z][y] | complete[z][y - 1];
                cells |= cells << 1;
            }
            uint32_t edges = (crossed & cells) >> 1 & 255;
            surface->edges[axis][row] = (uint8_t)edges;
            surface->ranks[axis][row] = (uint16_t)vertices;
            vertices += (uint32_t)__builtin_popcount(edges);
        }
    }
    for (int32_t row = 0; row < 64; row++) {
        int32_t y = (row & 7) + 1, z = (row >> 3) + 1;
        uint32_t a = m.inside[z][y], b = m.inside[z][y + 1], c = m.inside[z + 1][y], d = m.inside[z + 1][y + 1];
        uint32_t any = a | b | c | d, all = a & b & c & d;
        uint32_t whole = complete[z][y], active = whole & (any | any >> 1) & ~(all & all >> 1) & 0x1fe;
        surface->cells[row] = (uint8_t)(active >> 1);
        if (active == 0) continue;
        open += segments(active & ~(whole << 1), a, b, d, c);
        open += segments(active & ~(whole >> 1), a >> 1, b >> 1, d >> 1, c >> 1);
        open += segments(active & ~complete[z][y - 1], a, a >> 1, c >> 1, c);
        open += segments(active & ~complete[z][y + 1], b, b >> 1, d >> 1, d);
        open += segments(active & ~complete[z - 1][y], a, a >> 1, b >> 1, b);
        open += segments(active & ~complete[z + 1][y], c, c >> 1, d >> 1, d);
        for (; active != 0; active &= active - 1) {
            int32_t x = __builtin_ctz(active);
            unsigned variant = variantOf(l, cases, surface->slots, cubeOf(a, b, c, d, x), x - 1, y - 1, z - 1);
            triangles += (uint32_t)(cases->first_triangle[variant + 1] - cases->first_triangle[variant]);
            centroids += (uint32_t)(cases->first_centroid[variant + 1] - cases->first_centroid[variant]);
        }
    }
    surface->edgeVertices = (uint16_t)vertices;
    surface->vertices = vertices + centroids;
    surface->triangles = triangles;
    return open;
}

// MARK: Emission

INLINE void loadValues(const fathom_block_lattice *l, const int32_t slots[27], const PaddedMasks *masks, PaddedValues *values) {
    static const int16_t none[512];
    for (int32_t z = -1; z < SIDE - 1; z++) {
        for (int32_t y = -1; y < SIDE - 1; y++) {
            const int32_t *middle = slots + 13 + 3 * sideOf(y) + 9 * sideOf(z);
            int32_t row = 8 * (y & 7) + 64 * (z & 7);
            const int16_t *before = (middle[-1] < 0 ? none : l->blocks[middle[-1]].distances) + row;
            const int16_t *own = (middle[0] < 0 ? none : l->blocks[middle[0]].distances) + row;
            const int16_t *after = (middle[1] < 0 ? none : l->blocks[middle[1]].distances) + row;
            float *out = values->at[z + 1][y + 1];
            uint32_t seen = masks->seen[z + 1][y + 1];
            out[0] = before[7];
            for (int32_t x = 0; x < 8; x++) out[1 + x] = own[x];
            out[9] = after[0];
            out[10] = after[1];
            if (seen == (1 << SIDE) - 1) continue;
            for (int32_t x = 0; x < SIDE; x++) out[x] = seen >> x & 1 ? out[x] : NAN;
        }
    }
}

/// Difference quotient along one axis, one-sided beside an unseen neighbour.
INLINE float slope(const float *value, ptrdiff_t stride) {
    float before = value[-stride], after = value[stride];
    int hasBefore = before == before, hasAfter = after == after;
    float difference = (hasAfter ? after : *value) - (hasBefore ? before : *value);
    return hasBefore & hasAfter ? 0.5f * difference : difference;
}

INLINE void writeUnit(float *out, float x, float y, float z) {
    float size = __builtin_elementwise_sqrt(x * x + y * y + z * z), scale = size > 0 ? 1 / size : 0;
    out[0] = x * scale;
    out[1] = y * scale;
    out[2] = z * scale;
    out[3] = 0;
}

typedef struct {
    float position[4], normal[4], color[3];
} Vertex;

/// The vertex on the edge that starts at voxel (x, y, z), 0 … 8, of the block and runs along an axis.
INLINE void makeVertex(const fathom_block_lattice *l, const int32_t slots[27], const PaddedValues *values, int32_t axis, int32_t x,
                       int32_t y, int32_t z, Vertex *vertex) {
    static const ptrdiff_t strides[3] = {1, SIDE, SIDE * SIDE};
    const float *start = &values->at[z + 1][y + 1][x + 1], *end = start + strides[axis];
    float t = *start / (*start - *end);
    t = t >= 0.001f ? (t <= 0.999f ? t : 0.999f) : 0.001f;

    const int32_t *block = l->coordinates + 4 * (size_t)slots[13];
    int32_t p[3] = {x, y, z};
    for (int32_t i = 0; i < 3; i++) vertex->position[i] = (float)((double)(8 * (int64_t)block[i] + p[i]) * l->voxelSize);
    vertex->position[axis] += t * (float)l->voxelSize;
    vertex->position[3] = 0;

    float gradient[3];
    for (int32_t i = 0; i < 3; i++) {
        float a = slope(start, strides[i]), b = slope(end, strides[i]);
        gradient[i] = a + t * (b - a);
    }
    writeUnit(vertex->normal, gradient[0], gradient[1], gradient[2]);

    if (!l->blocks[slots[13]].colors) return;
    int32_t q[3] = {x, y, z};
    q[axis]++;
    const uint16_t *first = l->blocks[slots[13 + (x > 7) + 3 * (y > 7) + 9 * (z > 7)]].colors;
    const uint16_t *second = l->blocks[slots[13 + (q[0] > 7) + 3 * (q[1] > 7) + 9 * (q[2] > 7)]].colors;
    first += (x & 7) + 8 * (y & 7) + 64 * (z & 7);
    second += (q[0] & 7) + 8 * (q[1] & 7) + 64 * (q[2] & 7);
    if (*first == 0) first = second;
    if (*second == 0) second = first;
    for (int32_t c = 0; c < 3; c++) vertex->color[c] = (float)first[512 * c] + t * ((float)second[512 * c] - (float)first[512 * c]);
}

INLINE void writeVertex(const Vertex *vertex, size_t at, float *positions, float *normals, uint8_t *colors) {
    memcpy(positions + 4 * at, vertex->position, 16);
    memcpy(normals + 4 * at, vertex->normal, 16);
    if (!colors) return;
    for (int32_t c = 0; c < 3; c++) colors[4 * at + (size_t)c] = (uint8_t)((uint32_t)(vertex->color[c] + 127) >> 8);
}

/// The mean of the crossings on a set of edges of cell (x, y, z).
INLINE void makeCentroid(const fathom_block_lattice *l, const int32_t slots[27], const PaddedValues *values, unsigned edges, int32_t x,
                         int32_t y, int32_t z, Vertex *centroid) {
    float share = 1 / (float)__builtin_popcount(edges);
    *centroid = (Vertex){0};
    for (; edges != 0; edges &= edges - 1) {
        int32_t edge = __builtin_ctz(edges), axis = edge >> 2, p = edge >> 1 & 1, q = edge & 1;
        Vertex vertex = {0};
        makeVertex(l, slots, values, axis, x + (axis > 0 ? p : 0), y + (axis == 0 ? p : axis == 2 ? q : 0), z + (axis < 2 ? q : 0),
                   &vertex);
        for (int32_t i = 0; i < 3; i++) {
            centroid->position[i] += share * vertex.position[i];
            centroid->normal[i] += vertex.normal[i];
            centroid->color[i] += share * vertex.color[i];
        }
    }
    writeUnit(centroid->normal, centroid->normal[0], centroid->normal[1], centroid->normal[2]);
}

/// Crossed edges of a cell as a bit mask, numbered as in `fathom_cube_cases`.
INLINE unsigned crossedEdges(unsigned cube) {
    unsigned x = (cube ^ cube >> 4) & 15, y = cube ^ cube >> 2, z = cube ^ cube >> 1;
    y = (y & 3) | (y >> 2 & 12);
    z = (z & 1) | (z >> 1 & 2) | (z >> 2 & 4) | (z >> 3 & 8);
    return x | y << 4 | z << 8;
}

/// The index of the vertex on a crossed edge of cell (x, y, z).
INLINE uint32_t vertexOf(const fathom_block_lattice *l, const fathom_block_surface *surfaces, const int32_t slots[27], int32_t edge,
                         int32_t x, int32_t y, int32_t z) {
    int32_t axis = edge >> 2, p = edge >> 1 & 1, q = edge & 1;
    x += axis > 0 ? p : 0;
    y += axis == 0 ? p : axis == 2 ? q : 0;
    z += axis < 2 ? q : 0;
    int32_t slot = slots[13 + (x > 7) + 3 * (y > 7) + 9 * (z > 7)];
    const fathom_block_surface *owner = surfaces + l->surfaces[slot];
    int32_t row = (y & 7) + 8 * (z & 7);
    uint32_t before = owner->edges[axis][row] & ((1u << (x & 7)) - 1);
    return owner->vertices + owner->ranks[axis][row] + (uint32_t)__builtin_popcount(before);
}

FATHOM_KERNEL
void fathom_block_emit(const fathom_block_lattice *l, const fathom_cube_cases *cases, const fathom_block_surface *surfaces,
                       size_t index, float *positions, float *normals, uint8_t *colors, uint32_t *triangles) {
    const fathom_block_surface *surface = surfaces + index;
    const int32_t *slots = surface->slots;
    PaddedMasks masks;
    PaddedValues values;
    loadMasks(l, slots, &masks);
    loadValues(l, slots, &masks, &values);

    Vertex vertex = {0};
    size_t next = surface->vertices;
    for (int32_t axis = 0; axis < 3; axis++) {
        for (int32_t row = 0; row < 64; row++) {
            for (uint32_t edges = surface->edges[axis][row]; edges != 0; edges &= edges - 1) {
                makeVertex(l, slots, &values, axis, __builtin_ctz(edges), row & 7, row >> 3, &vertex);
                writeVertex(&vertex, next++, positions, normals, colors);
            }
        }
    }
    uint32_t *out = triangles + 4 * (size_t)surface->triangles;
    for (int32_t row = 0; row < 64; row++) {
        int32_t y = row & 7, z = row >> 3;
        uint32_t a = masks.inside[z + 1][y + 1], b = masks.inside[z + 1][y + 2];
        uint32_t c = masks.inside[z + 2][y + 1], d = masks.inside[z + 2][y + 2];
        for (uint32_t cells = surface->cells[row]; cells != 0; cells &= cells - 1) {
            int32_t x = __builtin_ctz(cells);
            unsigned cube = cubeOf(a, b, c, d, x + 1), variant = variantOf(l, cases, slots, cube, x, y, z);
            uint32_t vertices[16];
            for (unsigned edges = crossedEdges(cube); edges != 0; edges &= edges - 1) {
                int32_t edge = __builtin_ctz(edges);
                vertices[edge] = vertexOf(l, surfaces, slots, edge, x, y, z);
            }
            for (unsigned i = cases->first_centroid[variant]; i < cases->first_centroid[variant + 1]; i++) {
                makeCentroid(l, slots, &values, cases->centroid_edges[i], x, y, z, &vertex);
                vertices[12 + i - cases->first_centroid[variant]] = (uint32_t)next;
                writeVertex(&vertex, next++, positions, normals, colors);
            }
            for (unsigned i = cases->first_triangle[variant]; i < cases->first_triangle[variant + 1]; i++, out += 4) {
                for (int32_t k = 0; k < 3; k++) out[k] = vertices[cases->triangles[4 * i + (unsigned)k]];
                out[3] = 0;
            }
        }
    }
}
