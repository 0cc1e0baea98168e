// How hot loops are compiled for several instruction sets: one idiom for all of them.
//
// A kernel stands in an .inc file in the folder of its concern and is declared, under its plain name, in include/. Its source does
// not know for which processor it is compiled: it defines KERNEL(fathom_name), may size vectors and register tiles by LANES (floats
// in a register) and ROWS, and leaves plain loops to the compiler. Kernels.inc includes all these files; KernelsBase.c, KernelsV3.c
// and KernelsV4.c include Kernels.inc, each for its instruction set, so that helpers, types and inlined functions exist once per
// set and need no names of their own. Dispatch.c has a line for each kernel: the loader picks the best variant, once, when the
// program starts, and a call costs what a call through a function pointer does. KernelsV4BF16.c compiles the network kernels, which
// alone have a use for it, once more for processors that multiply bfloat16.
//
// A new kernel is: a declaration in include/, an .inc file (or a function in one), a line in Kernels.inc, a line in Dispatch.c, a
// naive twin in its test. What needs no vectors is an ordinary .c file beside.
//
// There is one exception: Digests/SHA256.c asks for the SHA instructions, which belong to none of the sets.
#ifndef TARGETS_H
#define TARGETS_H
// System headers come before any function is given an instruction set.
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// A helper that becomes part of the kernel that uses it.
#define INLINE static inline __attribute__((always_inline))

#endif
