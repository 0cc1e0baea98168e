#include "SHA256.h"
