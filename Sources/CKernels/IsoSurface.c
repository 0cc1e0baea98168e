#include "IsoSurface.h"
#include "IsoSurfaceMasks.h"
#include "KernelTargets.h"
#include <string.h>

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
