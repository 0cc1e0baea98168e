#include "Network/MatrixProduct.h"

void fathom_pack_panels(const float *b, size_t k, size_t n, size_t row_stride, size_t column_stride, float *panels) {
    for (size_t j = 0; j < n; j += FATHOM_PANEL_COLUMNS) {
        size_t columns = n - j < FATHOM_PANEL_COLUMNS ? n - j : FATHOM_PANEL_COLUMNS;
        for (size_t i = 0; i < k; i++) {
            for (size_t x = 0; x < columns; x++) panels[x] = b[i * row_stride + (j + x) * column_stride];
            for (size_t x = columns; x < FATHOM_PANEL_COLUMNS; x++) panels[x] = 0;
            panels += FATHOM_PANEL_COLUMNS;
        }
    }
}

void fathom_pack_panels_bf16(const float *b, size_t k, size_t n, size_t row_stride, size_t column_stride, uint16_t *panels) {
    for (size_t j = 0; j < n; j += FATHOM_PANEL_COLUMNS) {
        for (size_t i = 0; i < k; i += 2, panels += 2 * FATHOM_PANEL_COLUMNS) {
            for (size_t x = 0; x < FATHOM_PANEL_COLUMNS; x++) {
                float pair[2] = {0, 0};
                if (j + x < n) {
                    pair[0] = b[i * row_stride + (j + x) * column_stride];
                    if (i + 1 < k) pair[1] = b[(i + 1) * row_stride + (j + x) * column_stride];
                }
                fathom_round_bf16(pair, 2, panels + 2 * x);
            }
        }
    }
}
