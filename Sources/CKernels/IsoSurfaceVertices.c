#include "IsoSurface.h"
#include "IsoSurfaceMasks.h"
#include "KernelTargets.h"
#include <math.h>

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
