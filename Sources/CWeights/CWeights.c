#include "CWeights.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

_Alignas(64) static const unsigned char weights[] = {
#embed "fathom-video-lite.safetensors"
};

const void *fathom_embedded_weights(void) { return weights; }

size_t fathom_embedded_weights_size(void) { return sizeof weights; }
