#include "SemiGlobal.h"
#include "KernelTargets.h"
#include <math.h>
#include <string.h>

enum { MAX_PLANES = 1024, PAD = 32 };

FATHOM_KERNEL void fathom_sgm_line(
    const uint8_t *cost, uint16_t *sum, const float *grey, int32_t planes, ptrdiff_t first, ptrdiff_t step, int32_t count,
    int32_t penalty_small, int32_t penalty_large) {
    // One guard element on each side stands for the planes outside the range.
    uint16_t paths[2][MAX_PLANES + 2 * PAD];
    memset(paths, 0xff, sizeof paths);
    uint16_t *previous = paths[0] + PAD, *current = paths[1] + PAD;
    uint16_t lowest = 0;
    for (int32_t i = 0; i < count; i++) {
        const ptrdiff_t pixel = first + i * step;
        const uint8_t *c = cost + pixel * planes;
        uint16_t *s = sum + pixel * planes;
        uint16_t next_lowest = 0xffff;
        if (i == 0) {
            for (int32_t d = 0; d < planes; d++) {
                uint16_t value = c[d];
                current[d] = value;
                s[d] += value;
                next_lowest = value < next_lowest ? value : next_lowest;
            }
        } else {
            float edge = fabsf(grey[pixel] - grey[pixel - step]);
            int32_t large = (int32_t)((float)penalty_large / (1 + edge * 0.1f));
            int32_t floor = penalty_small + penalty_small / 10 + 1;
            const uint16_t p1 = (uint16_t)penalty_small;
            const uint16_t jump = (uint16_t)(lowest + (large > floor ? large : floor));
            for (int32_t d = 0; d < planes; d++) {
                uint16_t stay = previous[d];
                uint16_t down = previous[d - 1] < 0x8000 ? (uint16_t)(previous[d - 1] + p1) : 0xffff;
                uint16_t up = previous[d + 1] < 0x8000 ? (uint16_t)(previous[d + 1] + p1) : 0xffff;
                uint16_t m = stay < down ? stay : down;
                m = m < up ? m : up;
                m = m < jump ? m : jump;
                uint16_t value = (uint16_t)(c[d] + m - lowest);
                current[d] = value;
                s[d] += value;
                next_lowest = value < next_lowest ? value : next_lowest;
            }
        }
        lowest = next_lowest;
        uint16_t *swap = previous;
        previous = current;
        current = swap;
    }
}

FATHOM_KERNEL void fathom_sgm_winner(const uint16_t *sum, int32_t used, float *best, float *excess) {
    uint16_t lowest = 0xffff;
    for (int32_t d = 0; d < used; d++) lowest = sum[d] < lowest ? sum[d] : lowest;
    int32_t winner = 0;
    while (sum[winner] != lowest) winner++;
    float offset = 0;
    if (winner > 0 && winner + 1 < used) {
        float low = sum[winner - 1], middle = lowest, high = sum[winner + 1];
        float curvature = low - 2 * middle + high;
        if (curvature > 0) offset = 0.5f * (low - high) / curvature;
    }
    // Ends of the range count as local minima when they are below their one neighbour.
    uint16_t other = 0xffff;
    for (int32_t d = 1; d + 1 < used; d++) {
        uint16_t here = sum[d];
        int minimum = (here <= sum[d - 1]) & (here <= sum[d + 1]) & ((d < winner - 1) | (d > winner + 1));
        uint16_t value = minimum ? here : 0xffff;
        other = value < other ? value : other;
    }
    if (winner > 1 && sum[0] <= sum[1] && sum[0] < other) other = sum[0];
    if (winner + 2 < used && sum[used - 1] <= sum[used - 2] && sum[used - 1] < other) other = sum[used - 1];
    *best = (float)winner + offset;
    *excess = other == 0xffff ? 1e9f : (float)(other - lowest);
}
