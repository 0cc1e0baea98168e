// SHA-256 compression (FIPS 180-4, section 6.2.2).
#ifndef SHA256_H
#define SHA256_H
#include <stddef.h>
#include <stdint.h>

/// Updates the eight state words with `count` blocks of 64 bytes, with the CPU's SHA instructions where it has them.
void fathom_sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t count);

/// The same in plain C.
void fathom_sha256_blocks_portable(uint32_t state[8], const uint8_t *blocks, size_t count);
#endif
