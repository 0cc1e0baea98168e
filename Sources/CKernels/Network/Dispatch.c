// Picks the variant of each network kernel for the processor at hand, once, when the program is loaded. Processors other
// than x86-64 have one variant, under the plain name.
#include "../include/MapKernels.h"
#include "../include/MatrixProduct.h"
#include "../include/TokenKernels.h"

#if defined(__x86_64__)
#define DISPATCH(name, parameters)                                                                                               \
    void name##_v4bf16 parameters;                                                                                               \
    void name##_v4 parameters;                                                                                                   \
    void name##_v3 parameters;                                                                                                   \
    void name##_base parameters;                                                                                                 \
    static void(*pick_##name(void)) parameters {                                                                                 \
        __builtin_cpu_init();                                                                                                    \
        if (__builtin_cpu_supports("x86-64-v4")) return __builtin_cpu_supports("avx512bf16") ? name##_v4bf16 : name##_v4;        \
        return __builtin_cpu_supports("x86-64-v3") ? name##_v3 : name##_base;                                                    \
    }                                                                                                                            \
    void name parameters __attribute__((ifunc("pick_" #name)));

DISPATCH(fathom_product, (const float *a, size_t a_stride, const float *panels, size_t m, size_t n, size_t k, float *c,
                          size_t c_stride, const fathom_epilogue *epilogue))
DISPATCH(fathom_layer_norm, (const float *x, size_t x_stride, size_t rows, size_t width, const float *weight, const float *bias,
                             float epsilon, const float *added, size_t period, float *out, size_t out_stride))
DISPATCH(fathom_pack_keys, (const float *keys, size_t stride, size_t rows, size_t first, float *panels))
DISPATCH(fathom_pack_values,
         (const float *values, size_t stride, size_t rows, size_t first, size_t padded, float *panels))
DISPATCH(fathom_attention, (const float *q, size_t q_stride, size_t rows, const float *key_panels, const float *value_panels,
                            size_t keys, float *out, size_t out_stride))
DISPATCH(fathom_temporal_attention,
         (const float *q, size_t q_stride, size_t queries, const float *k, const float *v, size_t stride, size_t count,
          size_t heads, size_t dim, float *out, size_t out_stride))
DISPATCH(fathom_gated_gelu, (float *h, size_t stride, size_t rows, size_t width))
DISPATCH(fathom_column_sums, (const float *x, size_t rows, size_t width, const float *means, double *sums))
DISPATCH(fathom_scale_shift, (const float *x, size_t x_stride, size_t rows, size_t width, const float *scale,
                              const float *shift, float *out, size_t out_stride))
DISPATCH(fathom_pad_rows,
         (const fathom_map *map, ptrdiff_t first, size_t count, size_t columns, int relu, float *rows))
DISPATCH(fathom_resize_row, (const fathom_map *map, size_t width, size_t height, size_t y, float *row, float *scratch))
DISPATCH(fathom_pad_resized_rows, (const fathom_map *map, size_t width, size_t height, ptrdiff_t first, size_t count,
                                   size_t columns, float *rows, float *scratch))
DISPATCH(fathom_winograd, (const float *rows, size_t columns, size_t c_in, const float *panels, size_t c_out, size_t width,
                           size_t height, const fathom_convolution_epilogue *epilogue, float *out, float *scratch))
DISPATCH(fathom_channel_sum,
         (const float *x, size_t pixels, size_t channels, const float *weight, float bias, float *out))
DISPATCH(fathom_depthwise_row, (const fathom_map *map, size_t kernel, size_t stride, const float *weights, const float *bias,
                                size_t width, size_t y, float *row))
DISPATCH(fathom_product_bf16, (const uint16_t *a, size_t a_stride, const uint16_t *panels, size_t m, size_t n, size_t k,
                               float *c, size_t c_stride, const fathom_epilogue *epilogue))
DISPATCH(fathom_round_bf16, (const float *x, size_t count, uint16_t *out))
DISPATCH(fathom_pack_keys_bf16, (const float *keys, size_t stride, size_t rows, size_t first, uint16_t *panels))
DISPATCH(fathom_pack_values_bf16,
         (const float *values, size_t stride, size_t rows, size_t first, size_t padded, uint16_t *panels))
DISPATCH(fathom_attention_bf16,
         (const float *q, size_t q_stride, size_t rows, const uint16_t *key_panels, const uint16_t *value_panels, size_t keys,
          float *out, size_t out_stride))
#endif
