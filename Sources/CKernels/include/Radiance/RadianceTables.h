// Steps of the tables of a radiance field, of which a training step touches many entries and leaves as many alone.
#ifndef RADIANCETABLES_H
#define RADIANCETABLES_H
#include "Fields/HashField.h"
#include "Shared.h"
#include <stddef.h>
#include <stdint.h>

typedef struct FATHOM_SHARED {
    float rate, beta1, beta2, epsilon;
    /// 1 / (1 − beta1ⁿ) and 1 / (1 − beta2ⁿ) for n = 0 … last; both are 1 from `last` on.
    const float *corrections;
    uint32_t last;
} fathom_table_options;

/// One step of Adam (Kingma & Ba, 2015) for those of `count` entries of two numbers of which one has a gradient that is not 0; the
/// others and their moments stay. Each entry's bias is corrected by its own number of steps. Gradients are 0 afterwards. Returns
/// the number of entries that moved.
size_t fathom_table_step(const fathom_table_options *options, size_t count, float *gradient, float *parameters, float *first,
                         float *second, uint32_t *steps);

/// average = keep · average + (1 − keep) · parameters.
void fathom_table_average(float keep, size_t count, const float *parameters, float *average);

/// Adds the gradient of weight · Σ |e − e′|² over neighbours of a dense level's lattice, both with a gradient that is not 0;
/// returns the sum without the weight.
///
/// - touched: a byte per entry, of no use afterwards.
double fathom_table_smooth(const fathom_hash_level *level, float weight, const float *table, float *gradient, uint8_t *touched);

#endif
