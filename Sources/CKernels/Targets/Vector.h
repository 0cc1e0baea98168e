// A vector of LANES floats and elementary functions on it, for the instruction set that the including file compiles for.
#ifndef FATHOM_VECTOR_H
#define FATHOM_VECTOR_H
#include <stddef.h>
#include <stdint.h>

#define UNROLL _Pragma("clang loop unroll(full)")

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t veci __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec v) { *(vec *)p = v; }
/// Subtracting zero changes nothing and costs nothing; adding it would turn −0 into 0 and so cost an instruction.
INLINE vec splat(float x) { return x - (vec){}; }
INLINE vec pick(veci mask, vec yes, vec no) { return (vec)((mask & (veci)yes) | (~mask & (veci)no)); }
INLINE vec vmax(vec a, vec b) { return pick(a > b, a, b); }
INLINE vec vmin(vec a, vec b) { return pick(a < b, a, b); }

INLINE float sum_of(vec v) {
    float s = 0;
    UNROLL for (int i = 0; i < LANES; i++) s += v[i];
    return s;
}

INLINE float max_of(vec v) {
    float m = v[0];
    UNROLL for (int i = 1; i < LANES; i++) m = v[i] > m ? v[i] : m;
    return m;
}

/// 2^x, relative error below 3e-7; 2^−126 for anything smaller. For x below 127.
INLINE vec exp2v(vec x) {
    x = vmax(x, splat(-126.0f));
    vec shifted = x + 12582912.0f;
    vec f = x - (shifted - 12582912.0f);
    vec p = f * 1.5403530e-4f + 1.3333558e-3f;
    p = p * f + 9.6181291e-3f;
    p = p * f + 5.5504109e-2f;
    p = p * f + 2.4022651e-1f;
    p = p * f + 6.9314718e-1f;
    p = p * f + 1.0f;
    return (vec)((veci)p + ((veci)shifted << 23));
}

/// log(1 + x) for x from 0 to 1, absolute error below 2e-7 (minimax fit of degree 8).
INLINE vec log1pv(vec x) {
    vec p = x * -6.4526205e-3f + 3.6084551e-2f;
    p = p * x - 9.5322542e-2f;
    p = p * x + 1.6764790e-1f;
    p = p * x - 2.4073078e-1f;
    p = p * x + 3.3179826e-1f;
    p = p * x - 4.9987406e-1f;
    p = p * x + 9.9999642e-1f;
    return p * x;
}

/// x·Φ(x), the exact Gaussian error linear unit; absolute error below 3e-7 · max(1, |x|).
///
/// With z = |x|/√2 and t = 1/(1 + z/2), erfc(z) = t·exp(−z² + P(t)) to 1.2e-7 (Chebyshev fit of degree 9).
INLINE vec gelu(vec x) {
    vec z = vmax(x, -x) * 0.70710678f;
    vec t = 1.0f / (1.0f + 0.5f * z);
    vec p = t * 0.17087277f - 0.82215223f;
    p = p * t + 1.48851587f;
    p = p * t - 1.13520398f;
    p = p * t + 0.27886807f;
    p = p * t - 0.18628806f;
    p = p * t + 0.09678418f;
    p = p * t + 0.37409196f;
    p = p * t + 1.00002368f;
    p = p * t - 1.26551223f;
    vec tail = 0.5f * t * exp2v((p - z * z) * 1.44269504f);
    return x * pick(x > 0.0f, 1.0f - tail, tail);
}

#endif
