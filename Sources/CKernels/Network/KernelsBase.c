// The network kernels for any processor.
#define LANES 4
#define ROWS 4
#define KERNEL(name) name##_base
#include "Kernels.inc"
