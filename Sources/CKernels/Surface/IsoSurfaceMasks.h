// Bit masks of lattice rows: crossed edges, vertices and active cells, 64 at a time.
#ifndef ISOSURFACEMASKS_H
#define ISOSURFACEMASKS_H
#include "Surface/IsoSurface.h"

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

#endif
