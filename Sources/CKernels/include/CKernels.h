// The inner loops of Fathom: plain C, a folder per concern, one header per topic.
#ifndef CKERNELS_H
#define CKERNELS_H
#include "Conversion/EXRBlock.h"
#include "Conversion/HalfPrecision.h"
#include "Conversion/SampleConversion.h"
#include "Conversion/YUVConversion.h"
#include "Depth/DepthConsistency.h"
#include "Depth/DepthVolume.h"
#include "Digests/SHA256.h"
#include "Fields/GridField.h"
#include "Fields/HashField.h"
#include "Network/MapKernels.h"
#include "Network/MatrixProduct.h"
#include "Network/TokenKernels.h"
#include "Radiance/RadianceField.h"
#include "Radiance/RadianceTables.h"
#include "Raster/Rasterize.h"
#include "Raster/RayCast.h"
#include "Search/PatchCost.h"
#include "Search/SemiGlobal.h"
#include "Surface/BlockSurface.h"
#include "Surface/IsoSurface.h"
#include "Surface/PhotoPatch.h"
#include "Targets/CPUVariant.h"
#include "Training/Adam.h"
#include "Shared.h"

#endif
