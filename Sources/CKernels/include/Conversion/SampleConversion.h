// Sample format, colour and resizing loops.
#ifndef SAMPLECONVERSION_H
#define SAMPLECONVERSION_H
#include <stddef.h>
#include <stdint.h>

// Pixels are interleaved: grey (1), grey + alpha (2), RGB (3) or RGB + alpha (4). Where `background` (three values 0…255)
// is NULL alpha is dropped, else pixels are composited onto it. 16-bit samples count 257 per 8-bit step.

/// RGB of 8 bits, rounded to nearest.
void fathom_rgb8_from_u8(const uint8_t *pixels, size_t count, int channels, const float *background, uint8_t *rgb);
void fathom_rgb8_from_u16(const uint16_t *pixels, size_t count, int channels, const float *background, uint8_t *rgb);

/// RGB as floats 0…255.
void fathom_rgb_from_u8(const uint8_t *pixels, size_t count, int channels, const float *background, float *rgb);
void fathom_rgb_from_u16(const uint16_t *pixels, size_t count, int channels, const float *background, float *rgb);

/// Luma 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) as floats 0…255; grey stays as it is.
void fathom_luma_from_u8(const uint8_t *pixels, size_t count, int channels, const float *background, float *luma);
void fathom_luma_from_u16(const uint16_t *pixels, size_t count, int channels, const float *background, float *luma);

/// Values as floats.
void fathom_float_from_u8(const uint8_t *values, size_t count, float *floats);
/// Values rounded to nearest (ties away from zero) and clamped to 0…255; NaN becomes 0.
void fathom_u8_from_float(const float *values, size_t count, uint8_t *bytes);

/// Weighted sum of `taps` rows of `count` values.
void fathom_blend_rows(const float *const *rows, const float *weights, int taps, size_t count, float *out);
void fathom_blend_rows_u8(const uint8_t *const *rows, const float *weights, int taps, size_t count, float *out);

/// out[i] = sum over t < taps of weights[t * count + i] * row[starts[i] + t * stride].
void fathom_resample_row(
    const float *row, const int32_t *starts, const float *weights, int taps, int stride, size_t count, float *out);

/// Looks values up in 256 RGB colours: `low` is the first colour, `low + 256 / steps_per_unit` the end of the last; values
/// outside take the end colours, NaN takes `invalid`.
void fathom_color_map(
    const float *values, size_t count, float low, float steps_per_unit, const uint8_t *colors, const uint8_t *invalid, uint8_t *rgb);

/// Codes c = 1…65535 with value (or 1 / value where `inverse` != 0) = scale * c + offset, rounded to nearest and clamped; 0
/// where a value is NaN, or infinite (linear), or not positive (inverse). A scale of 0 gives code 1.
void fathom_codes_from_float(const float *values, size_t count, double scale, double offset, int inverse, uint16_t *codes);

/// The values of codes; NaN for 0.
void fathom_float_from_codes(const uint16_t *codes, size_t count, double scale, double offset, int inverse, float *values);

#endif
