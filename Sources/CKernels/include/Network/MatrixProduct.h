// Products with packed right-hand sides: every linear layer, 1 × 1 convolution and Winograd product goes through here.
#ifndef MATRIXPRODUCT_H
#define MATRIXPRODUCT_H
#include <stddef.h>
#include <stdint.h>

/// Columns of a panel. B [k × n] is kept as ⌈n / 32⌉ panels of k × 32, the last one padded with zeros.
#define FATHOM_PANEL_COLUMNS 32

/// What happens to a product before it is stored: c = activation(a·b + bias) + residual.
enum fathom_activation { FATHOM_IDENTITY = 0, FATHOM_RELU = 1, FATHOM_GELU = 2, FATHOM_RELU6 = 3 };

typedef struct {
    /// One per column, readable up to the end of the last panel; or NULL.
    const float *bias;
    /// Added after the activation; or NULL. May be the output itself where there is no activation.
    const float *residual;
    size_t residual_stride;
    int activation;
    /// Adds to what stands in c instead of replacing it, before bias and activation.
    int accumulate;
} fathom_epilogue;

/// Packs b into panels; element (i, j) stands at b[i * row_stride + j * column_stride].
void fathom_pack_panels(const float *b, size_t k, size_t n, size_t row_stride, size_t column_stride, float *panels);

/// c [m × n] = epilogue(a [m × k] · b). Strides are in elements. Only columns below n are written.
void fathom_product(const float *a, size_t a_stride, const float *panels, size_t m, size_t n, size_t k, float *c,
                    size_t c_stride, const fathom_epilogue *epilogue);

/// Rounds to the nearest bfloat16, ties to even; NaN becomes a quiet NaN. An odd count is filled up with a zero.
void fathom_round_bf16(const float *x, size_t count, uint16_t *out);

/// Packs b, rounded to bfloat16, into panels of ⌈k / 2⌉ × 32 pairs of consecutive rows.
void fathom_pack_panels_bf16(const float *b, size_t k, size_t n, size_t row_stride, size_t column_stride, uint16_t *panels);

/// fathom_product of bfloat16 operands, summed in float; works on every processor, at float speed where it has no bfloat16
/// products. a_stride is even; an odd row of a is filled up with a zero.
void fathom_product_bf16(const uint16_t *a, size_t a_stride, const uint16_t *panels, size_t m, size_t n, size_t k, float *c,
                         size_t c_stride, const fathom_epilogue *epilogue);

#endif
