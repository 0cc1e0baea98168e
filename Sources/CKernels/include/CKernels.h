// The SIMD inner loops of Fathom: plain C, one header per topic.
#ifndef CKERNELS_H
#define CKERNELS_H
#include "BlockSurface.h"
#include "CPUVariant.h"
#include "DepthConsistency.h"
#include "DepthVolume.h"
#include "EXRBlock.h"
#include "HalfPrecision.h"
#include "Interrupt.h"
#include "IsoSurface.h"
#include "MapKernels.h"
#include "MatrixProduct.h"
#include "PatchCost.h"
#include "Rasterize.h"
#include "RayCast.h"
#include "SHA256.h"
#include "SampleConversion.h"
#include "SemiGlobal.h"
#include "Spawn.h"
#include "TokenKernels.h"
#include "YUVConversion.h"

#endif
