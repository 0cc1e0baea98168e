#pragma once
#include <stddef.h>

/// Watches one call on this thread: from here on its allocations are counted. When it crashes, or takes more than `seconds`
/// of CPU time, `label` is printed before the process ends.
void fathom_guard_begin(const char *label, int seconds);

/// Ends the watch and gives the most memory that the call held at once, in bytes, beyond what the thread held before.
size_t fathom_guard_end(void);

/// Whether the process runs under AddressSanitizer.
int fathom_guard_has_address_sanitizer(void);
