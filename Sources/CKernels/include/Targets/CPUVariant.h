// Which compiled variant of the kernels runs on this CPU.
#ifndef CPUVARIANT_H
#define CPUVARIANT_H

/// "x86-64-v4-bf16", "x86-64-v4", "x86-64-v3" or "x86-64", as the loader chose; the architecture's name elsewhere.
const char *fathom_kernel_variant(void);
#endif
