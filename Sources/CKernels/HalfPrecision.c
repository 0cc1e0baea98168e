#include "HalfPrecision.h"
#include <string.h>
#include "KernelTargets.h"

FATHOM_KERNEL
void fathom_float_from_half(const uint16_t *halves, size_t count, float *floats) {
    for (size_t i = 0; i < count; i++) {
        // Moved into a float's fields the exponent is 112 too small; a multiplication mends it and normalises subnormals.
        uint32_t magnitude = halves[i] & 0x7fffu, sign = (uint32_t)(halves[i] & 0x8000u) << 16;
        uint32_t bits = magnitude << 13;
        float scaled;
        memcpy(&scaled, &bits, 4);
        scaled *= 0x1p112f;
        uint32_t finite, special = bits | 0x7f800000u;
        memcpy(&finite, &scaled, 4);
        uint32_t result = (magnitude >= 0x7c00 ? special : finite) | sign;
        memcpy(&floats[i], &result, 4);
    }
}

FATHOM_KERNEL
void fathom_half_from_float(const float *floats, size_t count, uint16_t *halves) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &floats[i], 4);
        uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
        // Normal: the exponent is rebased by 112, and just under half a unit, or half where the last kept bit is odd, is added.
        uint32_t normal = (magnitude - (112u << 23) + 0xfffu + (magnitude >> 13 & 1)) >> 13;
        // Subnormal (below 2^-14): next to 0.5 the last bit of a float is worth 2^-24, as it is here, and the addition rounds.
        float small;
        memcpy(&small, &magnitude, 4);
        small += 0.5f;
        uint32_t subnormal;
        memcpy(&subnormal, &small, 4);
        subnormal -= 0x3f000000u;
        uint32_t finite = magnitude < 0x38800000u ? subnormal : normal;
        uint32_t special = magnitude > 0x7f800000u ? 0x7e00u : 0x7c00u;
        halves[i] = (uint16_t)(sign | (magnitude < 0x47800000u ? finite : special));
    }
}

FATHOM_KERNEL
void fathom_float_from_bfloat16(const uint16_t *values, size_t count, float *floats) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = (uint32_t)values[i] << 16;
        memcpy(&floats[i], &bits, 4);
    }
}
