// Layers on maps: rows of pixels of interleaved channels (NHWC). Channels are a multiple of 16 unless stated otherwise.
#ifndef MAPKERNELS_H
#define MAPKERNELS_H
#include <stddef.h>

/// A map: `height` rows of `width` pixels of `channels` floats, without padding.
typedef struct {
    const float *values;
    size_t width;
    size_t height;
    size_t channels;
} fathom_map;

/// Copies rows first … first + count − 1 of a map into rows of `columns` pixels, the map's pixel 0 at column 1; whatever lies
/// outside of the map is zero. With `relu`, negative values become zero.
void fathom_pad_rows(const fathom_map *map, ptrdiff_t first, size_t count, size_t columns, int relu, float *rows);

/// The same for the map resized bilinearly to `width` × `height`, corners aligned: src = dst · (in − 1) / (out − 1).
/// `scratch` holds one row of the map.
void fathom_pad_resized_rows(const fathom_map *map, size_t width, size_t height, ptrdiff_t first, size_t count, size_t columns,
                             float *rows, float *scratch);

/// One row of the map resized bilinearly to `width` × `height`, corners aligned, into `row`. Any number of channels.
void fathom_resize_row(const fathom_map *map, size_t width, size_t height, size_t y, float *row, float *scratch);

/// Winograd F(4×4, 3×3) (Lavin & Gray 2016): weights [c_out][c_in][3][3] into 36 matrices c_in × c_out of packed panels.
void fathom_winograd_weights(const float *weights, size_t c_in, size_t c_out, float *panels);

typedef struct {
    /// One per output channel, padded to a full panel; or NULL.
    const float *bias;
    /// Added after the bias; laid out as the output; each may be NULL.
    const float *residuals[2];
    int relu;
} fathom_convolution_epilogue;

/// A 3 × 3 convolution of four rows: `rows` holds six padded rows of `columns` = 4·⌈width/4⌉ + 2 pixels; the output has
/// `height` ≤ 4 rows of `width` pixels. `scratch` holds fathom_winograd_scratch floats.
void fathom_winograd(const float *rows, size_t columns, size_t c_in, const float *panels, size_t c_out, size_t width,
                     size_t height, const fathom_convolution_epilogue *epilogue, float *out, float *scratch);
size_t fathom_winograd_scratch(size_t c_in, size_t c_out);

/// Row y of a depthwise convolution, cut to 0…6: each channel has a kernel of its own, `kernel` (3 or 5) taps a side, and the
/// map is zero outside of its borders. Any number of channels.
///
/// `stride` is 1 or 2; output (x, y) is centred on pixel (stride · x, stride · y), and `width` is ⌈width of the map / stride⌉.
/// `weights` are [kernel · kernel][channels], `bias` has one value per channel.
void fathom_depthwise_row(const fathom_map *map, size_t kernel, size_t stride, const float *weights, const float *bias,
                          size_t width, size_t y, float *row);

/// out[i] = Σ x[i, c] · weight[c] + bias, one value per pixel.
void fathom_channel_sum(const float *x, size_t pixels, size_t channels, const float *weight, float bias, float *out);

#endif
