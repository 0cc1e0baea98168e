// glibc lets a program put its own allocator before the library's; this one counts and passes on. AddressSanitizer has hooks
// for the same.
#if !__has_feature(address_sanitizer)
#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include "Allocations.h"

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static void *counted(void *block) {
    if (block) fathom_count_allocation(malloc_usable_size(block));
    return block;
}

void *malloc(size_t bytes) { return counted(__libc_malloc(bytes)); }
void *calloc(size_t count, size_t bytes) { return counted(__libc_calloc(count, bytes)); }
void *memalign(size_t alignment, size_t bytes) { return counted(__libc_memalign(alignment, bytes)); }
void *aligned_alloc(size_t alignment, size_t bytes) { return counted(__libc_memalign(alignment, bytes)); }

int posix_memalign(void **block, size_t alignment, size_t bytes) {
    if (alignment % sizeof(void *) || (alignment & (alignment - 1)) || !alignment) return EINVAL;
    void *made = counted(__libc_memalign(alignment, bytes));
    if (!made) return ENOMEM;
    *block = made;
    return 0;
}

void *realloc(void *block, size_t bytes) {
    size_t before = block ? malloc_usable_size(block) : 0;
    void *made = __libc_realloc(block, bytes);
    if (made || !bytes) fathom_count_release(before);
    return counted(made);
}

void free(void *block) {
    if (block) fathom_count_release(malloc_usable_size(block));
    __libc_free(block);
}
#endif
