// The weights that travel inside the program: a whole safetensors file, aligned to 64 bytes.
#ifndef CWEIGHTS_H
#define CWEIGHTS_H
#include <stddef.h>

const void *fathom_embedded_weights(void);

/// In bytes.
size_t fathom_embedded_weights_size(void);
#endif
