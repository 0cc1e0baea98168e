#include "SampleConversion.h"
#include <math.h>
#include <string.h>
#include "KernelTargets.h"

#define INLINE static inline __attribute__((always_inline))

INLINE uint8_t to_u8(float value) {
    float clamped = value > 0 ? (value < 255 ? value : 255) : 0;
    return (uint8_t)(clamped + 0.5f);
}

// One conversion per sample type and layout: `STORE(i, r, g, b)` receives pixel i as floats 0…255.
#define FOR_PIXELS(SCALE, STORE)                                                                                           \
    switch (channels) {                                                                                                    \
    case 1:                                                                                                                \
        for (size_t i = 0; i < count; i++) {                                                                               \
            float v = pixels[i] * (SCALE);                                                                                 \
            STORE(i, v, v, v);                                                                                             \
        }                                                                                                                  \
        break;                                                                                                             \
    case 3:                                                                                                                \
        for (size_t i = 0; i < count; i++)                                                                                 \
            STORE(i, pixels[3 * i] * (SCALE), pixels[3 * i + 1] * (SCALE), pixels[3 * i + 2] * (SCALE));                   \
        break;                                                                                                             \
    default: {                                                                                                             \
        float unit = (SCALE) / 255, red = 0, green = 0, blue = 0;                                                          \
        int alpha = channels - 1, second = channels == 4 ? 1 : 0, third = channels == 4 ? 2 : 0;                           \
        if (background) red = background[0], green = background[1], blue = background[2];                                  \
        for (size_t i = 0; i < count; i++) {                                                                               \
            float cover = background ? pixels[channels * i + alpha] * unit : 1, rest = 1 - cover;                          \
            STORE(                                                                                                         \
                i, pixels[channels * i] * (SCALE) * cover + red * rest,                                                    \
                pixels[channels * i + second] * (SCALE) * cover + green * rest,                                            \
                pixels[channels * i + third] * (SCALE) * cover + blue * rest);                                             \
        }                                                                                                                  \
    }                                                                                                                      \
    }

#define STORE_RGB8(i, r, g, b) (rgb[3 * (i)] = to_u8(r), rgb[3 * (i) + 1] = to_u8(g), rgb[3 * (i) + 2] = to_u8(b))
#define STORE_RGB(i, r, g, b) (rgb[3 * (i)] = (r), rgb[3 * (i) + 1] = (g), rgb[3 * (i) + 2] = (b))
#define STORE_LUMA(i, r, g, b) (luma[i] = 0.299f * (r) + 0.587f * (g) + 0.114f * (b))

FATHOM_KERNEL
void fathom_rgb8_from_u8(const uint8_t *pixels, size_t count, int channels, const float *background, uint8_t *rgb) {
    if (channels == 3) {
        memcpy(rgb, pixels, 3 * count);
    } else {
        FOR_PIXELS(1.0f, STORE_RGB8)
    }
}

FATHOM_KERNEL
void fathom_rgb8_from_u16(const uint16_t *pixels, size_t count, int channels, const float *background, uint8_t *rgb) {
    FOR_PIXELS(1 / 257.0f, STORE_RGB8)
}

FATHOM_KERNEL
void fathom_rgb_from_u8(const uint8_t *pixels, size_t count, int channels, const float *background, float *rgb) {
    FOR_PIXELS(1.0f, STORE_RGB)
}

FATHOM_KERNEL
void fathom_rgb_from_u16(const uint16_t *pixels, size_t count, int channels, const float *background, float *rgb) {
    FOR_PIXELS(1 / 257.0f, STORE_RGB)
}

FATHOM_KERNEL
void fathom_luma_from_u8(const uint8_t *pixels, size_t count, int channels, const float *background, float *luma) {
    if (channels == 1) {
        for (size_t i = 0; i < count; i++) luma[i] = pixels[i];
    } else {
        FOR_PIXELS(1.0f, STORE_LUMA)
    }
}

FATHOM_KERNEL
void fathom_luma_from_u16(const uint16_t *pixels, size_t count, int channels, const float *background, float *luma) {
    if (channels == 1) {
        for (size_t i = 0; i < count; i++) luma[i] = pixels[i] * (1 / 257.0f);
    } else {
        FOR_PIXELS(1 / 257.0f, STORE_LUMA)
    }
}

FATHOM_KERNEL
void fathom_float_from_u8(const uint8_t *values, size_t count, float *floats) {
    for (size_t i = 0; i < count; i++) floats[i] = values[i];
}

FATHOM_KERNEL
void fathom_u8_from_float(const float *values, size_t count, uint8_t *bytes) {
    for (size_t i = 0; i < count; i++) bytes[i] = to_u8(values[i]);
}

// Rows are summed piece by piece, so that the sums stay in the first-level cache.
#define BLEND_ROWS                                                                                                         \
    for (size_t start = 0; start < count; start += 2048) {                                                                 \
        size_t end = start + 2048 < count ? start + 2048 : count;                                                          \
        for (size_t i = start; i < end; i++) out[i] = weights[0] * rows[0][i];                                             \
        for (int tap = 1; tap < taps; tap++)                                                                               \
            for (size_t i = start; i < end; i++) out[i] += weights[tap] * rows[tap][i];                                    \
    }

FATHOM_KERNEL
void fathom_blend_rows(
    const float *const *restrict rows, const float *restrict weights, int taps, size_t count, float *restrict out) {
    BLEND_ROWS
}

FATHOM_KERNEL
void fathom_blend_rows_u8(
    const uint8_t *const *restrict rows, const float *restrict weights, int taps, size_t count, float *restrict out) {
    BLEND_ROWS
}

FATHOM_KERNEL
void fathom_resample_row(
    const float *restrict row, const int32_t *restrict starts, const float *restrict weights, int taps, int stride, size_t count,
    float *restrict out) {
    for (size_t i = 0; i < count; i++) out[i] = weights[i] * row[starts[i]];
    for (int tap = 1; tap < taps; tap++) {
        const float *shifted = row + (size_t)tap * stride;
        weights += count;
        for (size_t i = 0; i < count; i++) out[i] += weights[i] * shifted[starts[i]];
    }
}

FATHOM_KERNEL
void fathom_color_map(
    const float *values, size_t count, float low, float steps_per_unit, const uint8_t *colors, const uint8_t *invalid,
    uint8_t *rgb) {
    for (size_t i = 0; i < count; i++) {
        float step = (values[i] - low) * steps_per_unit;
        int index = step > 0 ? (step < 255 ? (int)step : 255) : 0;
        const uint8_t *color = values[i] == values[i] ? colors + 3 * index : invalid;
        for (int c = 0; c < 3; c++) rgb[3 * i + c] = color[c];
    }
}

FATHOM_KERNEL
void fathom_codes_from_float(const float *values, size_t count, double scale, double offset, int inverse, uint16_t *codes) {
    double steps = scale > 0 ? 1 / scale : 0;
    for (size_t i = 0; i < count; i++) {
        float value = values[i];
        int valid = inverse ? value > 0 : value - value == 0;
        double code = ((inverse ? 1 / (double)value : value) - offset) * steps;
        double clamped = code > 1 ? (code < 65535 ? code : 65535) : 1;
        codes[i] = valid ? (uint16_t)(clamped + 0.5) : 0;
    }
}

FATHOM_KERNEL
void fathom_float_from_codes(const uint16_t *codes, size_t count, double scale, double offset, int inverse, float *values) {
    for (size_t i = 0; i < count; i++) {
        double value = scale * codes[i] + offset;
        if (inverse) value = 1 / value;
        values[i] = codes[i] ? (float)value : NAN;
    }
}
