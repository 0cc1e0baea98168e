// What Fathom asks of the operating system in C: signals, other programs, memory.
#ifndef CSYSTEM_H
#define CSYSTEM_H
#include "Interrupt.h"
#include "ProcessMemory.h"
#include "Spawn.h"

#endif
