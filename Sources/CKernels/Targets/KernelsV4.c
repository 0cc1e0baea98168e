// The kernels for AVX-512.
#include "Targets.h"
#if defined(__x86_64__)
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#define LANES 16
#define ROWS 12
#define KERNEL(name) name##_v4
#include "Kernels.inc"
#pragma clang attribute pop
#endif
