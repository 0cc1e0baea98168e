// The network kernels for any processor.
#define LANES 4
#define ROWS 4
#if defined(__x86_64__)
#define KERNEL(name) name##_base
#else
#define KERNEL(name) name
#endif
#include "Kernels.inc"
