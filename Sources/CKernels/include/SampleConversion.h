// Sample format, colour and resizing loops.
#ifndef SAMPLECONVERSION_H
#define SAMPLECONVERSION_H
#include <stddef.h>
#include <stdint.h>

#endif
