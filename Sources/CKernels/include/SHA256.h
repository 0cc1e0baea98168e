// SHA-256 digests.
#ifndef SHA256_H
#define SHA256_H
#include <stddef.h>
#include <stdint.h>

#endif
