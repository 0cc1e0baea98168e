// The kernels for any processor.
#include "Targets.h"
// The vector helpers are static: their calling convention is no business of anyone else.
#pragma clang diagnostic ignored "-Wpsabi"
#define LANES 4
#define ROWS 4
#if defined(__x86_64__)
#define KERNEL(name) name##_base
#else
#define KERNEL(name) name
#endif
#include "Kernels.inc"
