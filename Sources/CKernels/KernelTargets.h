// Run-time dispatch for hot loops.
#ifndef KERNELTARGETS_H
#define KERNELTARGETS_H

/// Compiles the function for AVX-512, AVX2 and baseline x86-64; the loader picks one for the CPU at hand.
#if defined(__x86_64__)
#define FATHOM_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FATHOM_KERNEL
#endif
#endif
