// 16-bit floating-point numbers of weight files: IEEE 754 half precision and bfloat16 (the upper half of a single-precision
// number). MatrixProduct.h has the way from float to bfloat16.
#ifndef HALFPRECISION_H
#define HALFPRECISION_H
#include <stddef.h>
#include <stdint.h>

// Widening is exact; infinities and NaN stay what they are. Narrowing rounds to nearest, ties to even; what is too large
// becomes infinite, NaN becomes a quiet NaN.

void fathom_float_from_half(const uint16_t *halves, size_t count, float *floats);
void fathom_half_from_float(const float *floats, size_t count, uint16_t *halves);
void fathom_float_from_bfloat16(const uint16_t *values, size_t count, float *floats);

#endif
