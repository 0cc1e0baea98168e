// The network kernels for AVX-512 with bfloat16 products.
#include "Targets.h"
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,avx512bf16"))), apply_to = function)
#define NATIVE_BF16
#define LANES 16
#define ROWS 12
#define KERNEL(name) name##_v4bf16
#include "../Network/Kernels.inc"
#pragma clang attribute pop
#endif
