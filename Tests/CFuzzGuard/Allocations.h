#pragma once
#include <stddef.h>

// Counting of this thread's allocations, by whatever sees them.
void fathom_count_allocation(size_t bytes);
void fathom_count_release(size_t bytes);
