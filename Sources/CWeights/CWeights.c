#include "CWeights.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

_Alignas(64) static const unsigned char fathom_video_tiny[] = {
#embed "fathom-video-tiny.safetensors"
};

const void *fathom_video_tiny_weights(void) { return fathom_video_tiny; }

size_t fathom_video_tiny_weights_size(void) { return sizeof fathom_video_tiny; }
