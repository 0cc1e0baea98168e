// Video colours (ITU-R BT.601, 709, 2020: one luma and two colour differences) to RGB.
#ifndef YUVCONVERSION_H
#define YUVCONVERSION_H
#include <stddef.h>
#include <stdint.h>

/// Integer form of luma and colour differences → RGB; results are the same on every CPU.
typedef struct {
    /// What luma 0…255 is multiplied by, and what is added to all channels, in units of 2^-16.
    int32_t luma, offset;
    /// What 16 times a colour difference 0…255 is multiplied by, in units of 2^-16; the differences are centred at 2048.
    int32_t red_from_v, green_from_u, green_from_v, blue_from_u;
    /// Weights in quarters of the chroma sample of a pixel pair and its neighbour: for the left pixel the sample before, for
    /// the right one the sample behind.
    int32_t left_own, left_before, right_own, right_behind;
} fathom_yuv_matrix;

/// One row of `width` RGB pixels from 8-bit 4:2:0 planes. Chroma is interpolated: `near` and `far` are the chroma rows above and
/// below the pixel row, weighted 3 : 1. `scratch` holds `3 * width + 16` values.
void fathom_rgb8_from_yuv420_row(
    const uint8_t *luma, const uint8_t *near_u, const uint8_t *far_u, const uint8_t *near_v, const uint8_t *far_v, size_t width,
    const fathom_yuv_matrix *matrix, int16_t *scratch, uint8_t *rgb);

#endif
