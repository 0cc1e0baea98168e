// Photometric patch costs for multi-view search.
#ifndef PATCHCOST_H
#define PATCHCOST_H
#include <stddef.h>
#include <stdint.h>

#endif
