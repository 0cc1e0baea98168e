#include "SampleConversion.h"
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
