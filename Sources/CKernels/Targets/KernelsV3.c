// The kernels for AVX2 and FMA.
#include "Targets.h"
#if defined(__x86_64__)
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define LANES 8
#define ROWS 6
#define KERNEL(name) name##_v3
#include "Kernels.inc"
#pragma clang attribute pop
#endif
