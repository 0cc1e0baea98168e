// Semi-global aggregation of a matching-cost volume (Hirschmüller 2008) along one scan line.
#ifndef SEMIGLOBAL_H
#define SEMIGLOBAL_H
#include <stddef.h>
#include <stdint.h>

/// Adds the path costs of one scan line to `sum`.
///
/// Pixel i of the line is `first + i * step`; its costs start at `cost + pixel * planes` and its sums at
/// `sum + pixel * planes`. `planes` is a multiple of 32, at most 1024. `penalty_small` is paid for a change by one plane,
/// max(1.1 * penalty_small, penalty_large / (1 + |grey step| / 10)) for a larger one.
void fathom_sgm_line(
    const uint8_t *cost, uint16_t *sum, const float *grey, int32_t planes, ptrdiff_t first, ptrdiff_t step, int32_t count,
    int32_t penalty_small, int32_t penalty_large);

/// Best of the first `used` planes of one pixel, with sub-plane offset (parabola), and the excess of the best other local
/// minimum at least two planes away (1e9 if there is none).
void fathom_sgm_winner(const uint16_t *sum, int32_t used, float *best, float *excess);
#endif
