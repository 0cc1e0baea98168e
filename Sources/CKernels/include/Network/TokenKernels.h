// Layers on rows of tokens: normalisation, attention, gated units.
#ifndef TOKENKERNELS_H
#define TOKENKERNELS_H
#include <stddef.h>
#include <stdint.h>

/// Width of an attention head of a vision transformer.
#define FATHOM_HEAD 64
/// Longest sequence that temporal attention takes, and its widest head.
#define FATHOM_WINDOW 32
#define FATHOM_TEMPORAL_HEAD 128

/// out = (x − mean) / √(variance + epsilon) · weight + bias (+ added row `row mod period`), each row over its `width` values.
/// `width` is a multiple of 16; `added` may be NULL.
void fathom_layer_norm(const float *x, size_t x_stride, size_t rows, size_t width, const float *weight, const float *bias,
                       float epsilon, const float *added, size_t period, float *out, size_t out_stride);

/// Lays out the keys `first`… of one head for fathom_attention: panels of FATHOM_HEAD × 32 keys.
void fathom_pack_keys(const float *keys, size_t stride, size_t rows, size_t first, float *panels);
/// Lays out values likewise: two panels of `padded` keys × 32; `padded` is the number of keys rounded up to 32.
void fathom_pack_values(const float *values, size_t stride, size_t rows, size_t first, size_t padded, float *panels);

/// out [rows × 64] = softmax₂(q kᵀ) v for one head, softmax₂ with powers of 2: the caller scales q by log₂ e / √64.
/// Tiled over the keys with a running maximum; the score matrix is never stored (Milakov & Gimelshein 2018).
/// Panels beyond `keys` must hold finite numbers.
void fathom_attention(const float *q, size_t q_stride, size_t rows, const float *key_panels, const float *value_panels,
                      size_t keys, float *out, size_t out_stride);

/// The same for bfloat16: pairs of components of keys, pairs of consecutive values. Rows of a pair are packed by one call, so
/// `first` is even; the partner of an odd last row must hold zero.
void fathom_pack_keys_bf16(const float *keys, size_t stride, size_t rows, size_t first, uint16_t *panels);
void fathom_pack_values_bf16(const float *values, size_t stride, size_t rows, size_t first, size_t padded, uint16_t *panels);

/// fathom_attention with queries, keys, shares and values rounded to bfloat16 and sums in float.
void fathom_attention_bf16(const float *q, size_t q_stride, size_t rows, const uint16_t *key_panels,
                           const uint16_t *value_panels, size_t keys, float *out, size_t out_stride);

/// Attention along time for one pixel and all heads: out [queries × heads·dim] = softmax₂(q kᵀ) v, per head over `count`
/// (≤ 32) positions; dim is a multiple of 4 up to FATHOM_TEMPORAL_HEAD. q is scaled by the caller as for fathom_attention.
void fathom_temporal_attention(const float *q, size_t q_stride, size_t queries, const float *k, const float *v, size_t stride,
                               size_t count, size_t heads, size_t dim, float *out, size_t out_stride);

/// h[row, i] = h[row, i] · GELU(h[row, width + i]) for i < width, rows of `stride`.
void fathom_gated_gelu(float *h, size_t stride, size_t rows, size_t width);

/// Adds up the columns of x [rows × width] into `sums`, or, with `means`, the squared deviations from them.
void fathom_column_sums(const float *x, size_t rows, size_t width, const float *means, double *sums);

/// out[row] = x[row] · scale + shift, one scale and shift per column; width is a multiple of 16.
void fathom_scale_shift(const float *x, size_t x_stride, size_t rows, size_t width, const float *scale, const float *shift,
                        float *out, size_t out_stride);

#endif
