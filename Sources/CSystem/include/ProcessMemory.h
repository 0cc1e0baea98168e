// Memory of this process.
#ifndef PROCESSMEMORY_H
#define PROCESSMEMORY_H
#include <stdint.h>

/// Bytes that are resident now, and the most that were so far (the kernel's high-water mark).
struct fathom_memory {
    int64_t resident, peak;
};

/// Zeros where the system does not tell.
struct fathom_memory fathom_process_memory(void);
#endif
