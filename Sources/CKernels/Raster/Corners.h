// Bounds of a triangle's snapped corners.
#ifndef CORNERS_H
#define CORNERS_H
#include <stdint.h>

static inline int32_t min3(const int32_t *v) {
    const int32_t m = v[0] < v[1] ? v[0] : v[1];
    return m < v[2] ? m : v[2];
}

static inline int32_t max3(const int32_t *v) {
    const int32_t m = v[0] > v[1] ? v[0] : v[1];
    return m > v[2] ? m : v[2];
}

#endif
