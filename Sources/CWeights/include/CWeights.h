// Weights that travel inside the program: whole safetensors files, aligned to 64 bytes.
#ifndef CWEIGHTS_H
#define CWEIGHTS_H
#include <stddef.h>

const void *fathom_video_tiny_weights(void);

/// In bytes.
size_t fathom_video_tiny_weights_size(void);
#endif
