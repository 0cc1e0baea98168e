#include "Network/MapKernels.h"
#include "Network/MatrixProduct.h"

/// As in Maps.inc.
#define WINOGRAD_TILES 24

size_t fathom_winograd_scratch(size_t c_in, size_t c_out) { return 36 * WINOGRAD_TILES * (c_in + c_out); }

void fathom_winograd_weights(const float *weights, size_t c_in, size_t c_out, float *panels) {
    static const double g[6][3] = {{1.0 / 4, 0, 0},
                                   {-1.0 / 6, -1.0 / 6, -1.0 / 6},
                                   {-1.0 / 6, 1.0 / 6, -1.0 / 6},
                                   {1.0 / 24, 1.0 / 12, 1.0 / 6},
                                   {1.0 / 24, -1.0 / 12, 1.0 / 6},
                                   {0, 0, 1}};
    size_t columns = (c_out + FATHOM_PANEL_COLUMNS - 1) / FATHOM_PANEL_COLUMNS * FATHOM_PANEL_COLUMNS;
    for (size_t o = 0; o < columns; o++) {
        float *column = panels + o / FATHOM_PANEL_COLUMNS * FATHOM_PANEL_COLUMNS * c_in + o % FATHOM_PANEL_COLUMNS;
        for (size_t i = 0; i < c_in; i++) {
            const float *w = weights + (o * c_in + i) * 9;
            double half[6][3];
            for (int y = 0; y < 6; y++)
                for (int x = 0; x < 3; x++)
                    half[y][x] = o < c_out ? g[y][0] * w[x] + g[y][1] * w[3 + x] + g[y][2] * w[6 + x] : 0;
            for (int y = 0; y < 6; y++)
                for (int x = 0; x < 6; x++)
                    column[(size_t)(y * 6 + x) * c_in * columns + i * FATHOM_PANEL_COLUMNS] =
                        (float)(half[y][0] * g[x][0] + half[y][1] * g[x][1] + half[y][2] * g[x][2]);
        }
    }
}
