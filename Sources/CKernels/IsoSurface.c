#include "IsoSurface.h"
#include "KernelTargets.h"
#include <math.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

// Masks of a row

typedef float vector16 __attribute__((vector_size(64)));
typedef _Bool bits16 __attribute__((ext_vector_type(16)));

FATHOM_KERNEL
int fathom_iso_classify(const float *values, size_t rows, size_t nz, float level, uint64_t *inside, uint64_t *seen) {
    size_t words = (nz + 63) / 64;
    uint64_t unseen = 0;
    for (size_t row = 0; row < rows; row++) {
        const float *value = values + row * nz;
        for (size_t w = 0; w < words; w++) {
            size_t count = nz - 64 * w < 64 ? nz - 64 * w : 64;
            uint64_t below = 0, known = 0;
            for (size_t z = 0; z < count; z += 16) {
                vector16 v;
                memcpy(&v, value + 64 * w + z, sizeof v);
                bits16 is_below = __builtin_convertvector(v < level, bits16);
                bits16 is_known = __builtin_convertvector(v == v, bits16);
                uint16_t b, k;
                memcpy(&b, &is_below, sizeof b);
                memcpy(&k, &is_known, sizeof k);
                below |= (uint64_t)b << z;
                known |= (uint64_t)k << z;
            }
            uint64_t valid = ~0ull >> (64 - count);
            inside[row * words + w] = below & valid;
            seen[row * words + w] = known & valid;
            unseen |= ~known & valid;
        }
    }
    return unseen != 0;
}

FATHOM_KERNEL
void fathom_iso_complete_cells(
    const uint64_t *seen, size_t nx, size_t ny, size_t nz, size_t x0, size_t x1, uint64_t *cells) {
    size_t words = (nz + 63) / 64;
    for (size_t x = x0; x < x1; x++) {
        for (size_t y = 0; y < ny; y++) {
            uint64_t *cell = cells + (x * ny + y) * words;
            if (x + 1 == nx || y + 1 == ny) {
                memset(cell, 0, words * sizeof *cell);
                continue;
            }
            const uint64_t *near = seen + (x * ny + y) * words;
            const uint64_t *far = near + ny * words;
            for (size_t w = 0; w < words; w++) { cell[w] = near[w] & near[words + w] & far[w] & far[words + w]; }
            for (size_t w = 0; w < words; w++) { cell[w] &= cell[w] >> 1 | (w + 1 < words ? cell[w + 1] << 63 : 0); }
        }
    }
}

/// The word w of row (x, y) of a mask; 0 outside the lattice (x or y may be -1).
INLINE uint64_t word(const fathom_iso_lattice *l, const uint64_t *mask, ptrdiff_t x, ptrdiff_t y, size_t w) {
    if (x < 0 || y < 0 || x >= (ptrdiff_t)l->nx || y >= (ptrdiff_t)l->ny || w >= l->words) { return 0; }
    return mask[((size_t)x * l->ny + (size_t)y) * l->words + w];
}

INLINE uint64_t inside_at(const fathom_iso_lattice *l, ptrdiff_t x, ptrdiff_t y, size_t w) {
    return word(l, l->inside, x, y, w);
}

/// Word w of the cells of row (x, y) without unseen corners.
INLINE uint64_t cells_at(const fathom_iso_lattice *l, int complete, ptrdiff_t x, ptrdiff_t y, size_t w) {
    if (!complete) { return word(l, l->cells, x, y, w); }
    if (x < 0 || y < 0 || x + 1 >= (ptrdiff_t)l->nx || y + 1 >= (ptrdiff_t)l->ny || 64 * w + 1 >= l->nz) { return 0; }
    size_t count = l->nz - 1 - 64 * w;
    return count >= 64 ? ~0ull : (1ull << count) - 1;
}

/// Crossed z edges of row (x, y), those of incomplete cells included.
INLINE uint64_t z_crossings(const fathom_iso_lattice *l, ptrdiff_t x, ptrdiff_t y, size_t w) {
    uint64_t row = inside_at(l, x, y, w);
    uint64_t points = l->nz - 1 - 64 * w;
    uint64_t edges = points >= 64 ? ~0ull : (1ull << points) - 1;
    return (row ^ (row >> 1 | inside_at(l, x, y, w + 1) << 63)) & edges;
}

INLINE uint64_t y_crossings(const fathom_iso_lattice *l, ptrdiff_t x, ptrdiff_t y, size_t w) {
    return y + 1 < (ptrdiff_t)l->ny ? inside_at(l, x, y, w) ^ inside_at(l, x, y + 1, w) : 0;
}

INLINE uint64_t x_crossings(const fathom_iso_lattice *l, ptrdiff_t x, ptrdiff_t y, size_t w) {
    return x + 1 < (ptrdiff_t)l->nx ? inside_at(l, x, y, w) ^ inside_at(l, x + 1, y, w) : 0;
}

/// The points and their successors of the cells of two rows: the edges across z that a complete cell uses.
INLINE uint64_t touched(const fathom_iso_lattice *l, ptrdiff_t ax, ptrdiff_t ay, ptrdiff_t bx, ptrdiff_t by, size_t w) {
    uint64_t cells = cells_at(l, 0, ax, ay, w) | cells_at(l, 0, bx, by, w);
    uint64_t before = w > 0 ? cells_at(l, 0, ax, ay, w - 1) | cells_at(l, 0, bx, by, w - 1) : 0;
    return cells | cells << 1 | before >> 63;
}

/// The vertices on z, y and x edges that start in row (x, y): crossed edges of complete cells.
INLINE uint64_t z_vertices(const fathom_iso_lattice *l, int complete, ptrdiff_t x, ptrdiff_t y, size_t w) {
    uint64_t crossings = z_crossings(l, x, y, w);
    if (complete) { return crossings; }
    return crossings & (cells_at(l, 0, x, y, w) | cells_at(l, 0, x - 1, y, w) | cells_at(l, 0, x, y - 1, w)
                        | cells_at(l, 0, x - 1, y - 1, w));
}

INLINE uint64_t y_vertices(const fathom_iso_lattice *l, int complete, ptrdiff_t x, ptrdiff_t y, size_t w) {
    uint64_t crossings = y_crossings(l, x, y, w);
    return complete ? crossings : crossings & touched(l, x, y, x - 1, y, w);
}

INLINE uint64_t x_vertices(const fathom_iso_lattice *l, int complete, ptrdiff_t x, ptrdiff_t y, size_t w) {
    uint64_t crossings = x_crossings(l, x, y, w);
    return complete ? crossings : crossings & touched(l, x, y, x, y - 1, w);
}

/// Words w of the four rows around the cells of row (x, y), and their successors along z.
typedef struct {
    uint64_t now[4], next[4];
    uint64_t active;
} cell_words;

INLINE cell_words load_cells(const fathom_iso_lattice *l, int complete, ptrdiff_t x, ptrdiff_t y, size_t w) {
    cell_words c;
    uint64_t any = 0, all = ~0ull;
    for (int i = 0; i < 4; i++) {
        uint64_t row = inside_at(l, x + i / 2, y + i % 2, w);
        c.now[i] = row;
        c.next[i] = row >> 1 | inside_at(l, x + i / 2, y + i % 2, w + 1) << 63;
        any |= row | c.next[i];
        all &= row & c.next[i];
    }
    c.active = any & ~all & cells_at(l, complete, x, y, w);
    return c;
}

/// The case of the cell at bit b: corner 4x+2y+z.
INLINE unsigned cube_at(const cell_words *c, unsigned b) {
    unsigned cube = 0;
    for (int i = 0; i < 4; i++) {
        cube |= (unsigned)(c->now[i] >> b & 1) << (2 * i) | (unsigned)(c->next[i] >> b & 1) << (2 * i + 1);
    }
    return cube;
}

INLINE unsigned variant_at(
    const fathom_iso_lattice *l, const fathom_cube_cases *cases, unsigned cube, size_t x, size_t y, size_t z) {
    if (cases->ambiguous_faces[cube] == 0) { return cases->first_variant[cube]; }
    float value[8];
    for (size_t i = 0; i < 8; i++) {
        value[i] = l->values[((x + i / 4) * l->ny + y + i / 2 % 2) * l->nz + z + i % 2] - l->level;
    }
    return fathom_cube_variant(cases, cube, value);
}

// Counting

/// Mesh edges of the active cells c that lie on faces without a complete cell behind them.
INLINE size_t open_edges(
    const fathom_iso_lattice *l, int complete, const cell_words *c, ptrdiff_t x, ptrdiff_t y, size_t w) {
    uint64_t cells = cells_at(l, complete, x, y, w);
    uint64_t low_z = c->active & ~(cells << 1 | (w > 0 ? cells_at(l, complete, x, y, w - 1) >> 63 : 0));
    uint64_t high_z = c->active & ~(cells >> 1 | cells_at(l, complete, x, y, w + 1) << 63);
    uint64_t z_edges[4], low[4], high[4];
    for (int i = 0; i < 4; i++) { z_edges[i] = c->now[i] ^ c->next[i]; }
    // Edges across z at the cell's lower and upper end: x edges at y and y + 1, y edges at x and x + 1.
    static const int ends[4][2] = {{0, 2}, {1, 3}, {0, 1}, {2, 3}};
    for (int i = 0; i < 4; i++) {
        low[i] = c->now[ends[i][0]] ^ c->now[ends[i][1]];
        high[i] = c->next[ends[i][0]] ^ c->next[ends[i][1]];
    }
    size_t crossings = 0;
    for (int i = 0; i < 4; i++) {
        crossings += (size_t)__builtin_popcountll(low[i] & low_z) + (size_t)__builtin_popcountll(high[i] & high_z);
    }
    for (int side = 0; side < 2; side++) {
        uint64_t x_face = c->active & ~cells_at(l, complete, x + 2 * side - 1, y, w);
        uint64_t y_face = c->active & ~cells_at(l, complete, x, y + 2 * side - 1, w);
        if (x_face != 0) {
            crossings += (size_t)__builtin_popcountll(z_edges[2 * side] & x_face)
                + (size_t)__builtin_popcountll(z_edges[2 * side + 1] & x_face)
                + (size_t)__builtin_popcountll(low[2 + side] & x_face) + (size_t)__builtin_popcountll(high[2 + side] & x_face);
        }
        if (y_face != 0) {
            crossings += (size_t)__builtin_popcountll(z_edges[side] & y_face)
                + (size_t)__builtin_popcountll(z_edges[2 + side] & y_face)
                + (size_t)__builtin_popcountll(low[side] & y_face) + (size_t)__builtin_popcountll(high[side] & y_face);
        }
    }
    // Every segment on a face joins two crossings of that face.
    return crossings / 2;
}

INLINE size_t count_slabs(
    const fathom_iso_lattice *l, int complete, const fathom_cube_cases *cases, size_t x0, size_t x1, fathom_iso_row *rows) {
    size_t open = 0;
    for (size_t x = x0; x < x1; x++) {
        for (size_t y = 0; y < l->ny; y++) {
            uint32_t z_edges = 0, y_edges = 0, x_edges = 0, centroids = 0, triangles = 0;
            for (size_t w = 0; w < l->words; w++) {
                z_edges += (uint32_t)__builtin_popcountll(z_vertices(l, complete, (ptrdiff_t)x, (ptrdiff_t)y, w));
                y_edges += (uint32_t)__builtin_popcountll(y_vertices(l, complete, (ptrdiff_t)x, (ptrdiff_t)y, w));
                x_edges += (uint32_t)__builtin_popcountll(x_vertices(l, complete, (ptrdiff_t)x, (ptrdiff_t)y, w));
                cell_words c = load_cells(l, complete, (ptrdiff_t)x, (ptrdiff_t)y, w);
                if (c.active == 0) { continue; }
                open += open_edges(l, complete, &c, (ptrdiff_t)x, (ptrdiff_t)y, w);
                for (uint64_t active = c.active; active != 0; active &= active - 1) {
                    unsigned b = (unsigned)__builtin_ctzll(active);
                    unsigned variant = variant_at(l, cases, cube_at(&c, b), x, y, 64 * w + b);
                    triangles += (uint32_t)(cases->first_triangle[variant + 1] - cases->first_triangle[variant]);
                    centroids += (uint32_t)(cases->first_centroid[variant + 1] - cases->first_centroid[variant]);
                }
            }
            rows[x * l->ny + y] = 
                (fathom_iso_row){z_edges + y_edges + x_edges + centroids, triangles, z_edges, y_edges, x_edges};
        }
    }
    return open;
}

FATHOM_KERNEL
size_t fathom_iso_count(
    const fathom_iso_lattice *lattice, const fathom_cube_cases *cases, size_t x0, size_t x1, fathom_iso_row *rows) {
    return lattice->cells == NULL ? count_slabs(lattice, 1, cases, x0, x1, rows)
                                  : count_slabs(lattice, 0, cases, x0, x1, rows);
}

// Writing

/// Where the surface crosses an edge with end values a and b, as a fraction kept off the ends: no two vertices coincide.
INLINE float crossing(float a, float b, float level) {
    float t = (level - a) / (b - a);
    return t >= 0.001f ? (t <= 0.999f ? t : 0.999f) : 0.001f;
}

/// Difference quotient at a point whose neighbours along one axis lie `stride` away; one-sided beside a border or an
/// unseen neighbour.
INLINE float slope(const float *value, size_t i, size_t count, size_t stride, double spacing) {
    float before = i > 0 ? value[-(ptrdiff_t)stride] : NAN;
    float after = i + 1 < count ? value[stride] : NAN;
    int both = before == before && after == after;
    float low = before == before ? before : *value;
    float high = after == after ? after : *value;
    return (high - low) / (float)(both ? 2 * spacing : spacing);
}

INLINE void gradient(const fathom_iso_lattice *l, size_t x, size_t y, size_t z, float g[3]) {
    const float *value = l->values + (x * l->ny + y) * l->nz + z;
    g[0] = slope(value, x, l->nx, l->ny * l->nz, l->spacing[0]);
    g[1] = slope(value, y, l->ny, l->nz, l->spacing[1]);
    g[2] = slope(value, z, l->nz, 1, l->spacing[2]);
}

INLINE void write_unit(float *out, const float v[3]) {
    float size = sqrtf(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    float scale = size > 0 ? 1 / size : 0;
    for (int i = 0; i < 3; i++) { out[i] = v[i] * scale; }
    out[3] = 0;
}

/// The vertex on the edge that starts at point p and runs along an axis.
INLINE void write_vertex(
    const fathom_iso_lattice *l, const size_t p[3], int axis, const float corner[3], float *position, float *normal) {
    static const int units[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    size_t stride = axis == 0 ? l->ny * l->nz : axis == 1 ? l->nz : 1;
    const float *value = l->values + (p[0] * l->ny + p[1]) * l->nz + p[2];
    float t = crossing(value[0], value[stride], l->level);
    for (int i = 0; i < 3; i++) { position[i] = corner[i]; }
    position[axis] += t * (float)l->spacing[axis];
    position[3] = 0;
    if (normal != NULL) {
        const int *unit = units[axis];
        float start[3], end[3];
        gradient(l, p[0], p[1], p[2], start);
        gradient(l, p[0] + (size_t)unit[0], p[1] + (size_t)unit[1], p[2] + (size_t)unit[2], end);
        for (int i = 0; i < 3; i++) { start[i] += t * (end[i] - start[i]); }
        write_unit(normal, start);
    }
}

INLINE float coordinate(const fathom_iso_lattice *l, int axis, size_t i) {
    return (float)(l->origin[axis] + (double)i * l->spacing[axis]);
}

/// The vertices on the crossed edges of one axis that start in word w of row (x, y).
INLINE uint32_t write_vertices(
    const fathom_iso_lattice *l, uint64_t mask, int axis, size_t x, size_t y, size_t w, uint32_t first, float *positions,
    float *normals) {
    float corner[3] = {coordinate(l, 0, x), coordinate(l, 1, y), 0};
    for (; mask != 0; mask &= mask - 1) {
        size_t z = 64 * w + (size_t)__builtin_ctzll(mask);
        corner[2] = coordinate(l, 2, z);
        size_t p[3] = {x, y, z};
        write_vertex(l, p, axis, corner, positions + 4 * (size_t)first, normals == NULL ? NULL : normals + 4 * (size_t)first);
        first++;
    }
    return first;
}

/// The mean of the crossings on a set of edges of cell (x, y, z).
INLINE void write_centroid(
    const fathom_iso_lattice *l, unsigned edges, size_t x, size_t y, size_t z, float *position, float *normal) {
    float sum[3] = {0, 0, 0}, direction[3] = {0, 0, 0};
    float share = 1 / (float)__builtin_popcount(edges);
    for (; edges != 0; edges &= edges - 1) {
        unsigned edge = (unsigned)__builtin_ctz(edges);
        size_t p = edge >> 1 & 1, q = edge & 1;
        size_t start[3] = {x, y, z};
        start[edge < 4 ? 1 : 0] += p;
        start[edge < 8 ? 2 : 1] += q;
        float corner[3], vertex[4], unit[4];
        for (int i = 0; i < 3; i++) { corner[i] = coordinate(l, i, start[i]); }
        write_vertex(l, start, (int)(edge >> 2), corner, vertex, normal == NULL ? NULL : unit);
        for (int i = 0; i < 3; i++) { sum[i] += vertex[i] * share; }
        if (normal != NULL) {
            for (int i = 0; i < 3; i++) { direction[i] += unit[i]; }
        }
    }
    for (int i = 0; i < 3; i++) { position[i] = sum[i]; }
    position[3] = 0;
    if (normal != NULL) { write_unit(normal, direction); }
}

/// Crossed edges of one kind along a row of cells: the word at hand and the index of the vertex on its first set bit.
typedef struct {
    uint64_t mask;
    uint32_t first;
} edge_run;

INLINE uint32_t vertex_at(edge_run run, unsigned b) {
    return run.first + (uint32_t)__builtin_popcountll(run.mask & ((1ull << b) - 1));
}

INLINE void write_cells(
    const fathom_iso_lattice *l, int complete, const fathom_cube_cases *cases, const fathom_iso_row *rows, size_t x, size_t y,
    size_t last_triangle, float *positions, float *normals, uint32_t *triangles) {
    const fathom_iso_row *row = rows + x * l->ny + y;
    uint32_t centroid = row->vertices + row->z_edges + row->y_edges + row->x_edges;
    size_t next = row->triangles;
    // Runs 0, 1: x edges at y, y + 1. Runs 2, 3: y edges at x, x + 1. Runs 4–7: z edges of the rows (x, y), (x, y + 1), ….
    edge_run runs[8];
    for (int i = 0; i < 2; i++) {
        const fathom_iso_row *at_y = row + i, *at_x = row + (size_t)i * l->ny;
        runs[i].first = at_y->vertices + at_y->z_edges + at_y->y_edges;
        runs[2 + i].first = at_x->vertices + at_x->z_edges;
        runs[4 + i].first = at_y->vertices;
        runs[6 + i].first = (at_y + l->ny)->vertices;
    }
    for (size_t w = 0; w < l->words; w++) {
        for (ptrdiff_t i = 0; i < 2; i++) {
            runs[i].mask = x_vertices(l, complete, (ptrdiff_t)x, (ptrdiff_t)y + i, w);
            runs[2 + i].mask = y_vertices(l, complete, (ptrdiff_t)x + i, (ptrdiff_t)y, w);
            runs[4 + i].mask = z_vertices(l, complete, (ptrdiff_t)x, (ptrdiff_t)y + i, w);
            runs[6 + i].mask = z_vertices(l, complete, (ptrdiff_t)x + 1, (ptrdiff_t)y + i, w);
        }
        cell_words c = load_cells(l, complete, (ptrdiff_t)x, (ptrdiff_t)y, w);
        for (uint64_t active = c.active; active != 0; active &= active - 1) {
            unsigned b = (unsigned)__builtin_ctzll(active);
            size_t z = 64 * w + b;
            unsigned variant = variant_at(l, cases, cube_at(&c, b), x, y, z);
            uint32_t vertices[16];
            for (unsigned i = 0; i < 4; i++) {
                vertices[2 * i] = vertex_at(runs[i], b);
                vertices[2 * i + 1] = vertices[2 * i] + (uint32_t)(runs[i].mask >> b & 1);
                vertices[8 + i] = vertex_at(runs[4 + i], b);
            }
            size_t first_centroid = cases->first_centroid[variant];
            size_t centroids = cases->first_centroid[variant + 1] - first_centroid;
            for (size_t i = 0; i < centroids; i++) {
                size_t at = 4 * (size_t)centroid;
                write_centroid(
                    l, cases->centroid_edges[first_centroid + i], x, y, z, positions + at, normals == NULL ? NULL : normals + at);
                vertices[12 + i] = centroid++;
            }
            const uint8_t *list = cases->triangles + 4 * (size_t)cases->first_triangle[variant];
            size_t count = (size_t)cases->first_triangle[variant + 1] - cases->first_triangle[variant];
            uint32_t *out = triangles + 4 * next;
            if (count <= 4 && next + 4 <= last_triangle) {
                // Most cells: four triangles at once, the surplus to be overwritten by the next cell.
                for (int i = 0; i < 16; i++) { out[i] = vertices[list[i]]; }
            } else {
                for (size_t i = 0; i < 4 * count; i++) { out[i] = vertices[list[i]]; }
            }
            next += count;
        }
        for (int i = 0; i < 8; i++) { runs[i].first += (uint32_t)__builtin_popcountll(runs[i].mask); }
    }
}

INLINE void emit_slabs(
    const fathom_iso_lattice *l, int complete, const fathom_cube_cases *cases, const fathom_iso_row *rows, size_t x0, size_t x1,
    float *positions, float *normals, uint32_t *triangles) {
    size_t last_triangle = rows[x1 * l->ny].triangles;
    for (size_t x = x0; x < x1; x++) {
        for (size_t y = 0; y < l->ny; y++) {
            const fathom_iso_row *row = rows + x * l->ny + y;
            if (row[1].vertices != row->vertices) {
                uint32_t z = row->vertices, yy = z + row->z_edges, xx = yy + row->y_edges;
                for (size_t w = 0; w < l->words; w++) {
                    z = write_vertices(
                        l, z_vertices(l, complete, (ptrdiff_t)x, (ptrdiff_t)y, w), 2, x, y, w, z, positions, normals);
                    yy = write_vertices(
                        l, y_vertices(l, complete, (ptrdiff_t)x, (ptrdiff_t)y, w), 1, x, y, w, yy, positions, normals);
                    xx = write_vertices(
                        l, x_vertices(l, complete, (ptrdiff_t)x, (ptrdiff_t)y, w), 0, x, y, w, xx, positions, normals);
                }
            }
            if (row[1].triangles != row->triangles) {
                write_cells(l, complete, cases, rows, x, y, last_triangle, positions, normals, triangles);
            }
        }
    }
}

FATHOM_KERNEL
void fathom_iso_emit(
    const fathom_iso_lattice *lattice, const fathom_cube_cases *cases, const fathom_iso_row *rows, size_t x0, size_t x1,
    float *positions, float *normals, uint32_t *triangles) {
    if (lattice->cells != NULL) {
        emit_slabs(lattice, 0, cases, rows, x0, x1, positions, normals, triangles);
    } else if (normals != NULL) {
        emit_slabs(lattice, 1, cases, rows, x0, x1, positions, normals, triangles);
    } else {
        emit_slabs(lattice, 1, cases, rows, x0, x1, positions, NULL, triangles);
    }
}
