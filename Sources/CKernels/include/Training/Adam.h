// Steps of the Adam optimiser.
#ifndef ADAM_H
#define ADAM_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
    float rate;
    float beta1;
    float beta2;
    float epsilon;
} fathom_adam_options;

/// One step of Adam (Kingma & Ba, 2015) for `count` numbers: moments are updated, their bias corrected for step number `step` ≥ 1.
void fathom_adam(const fathom_adam_options *options, uint32_t step, const float *gradient, size_t count, float *parameters,
                 float *first, float *second);

/// The same for numbers whose gradient is not 0 alone; the others, and their moments, stay. `steps` counts the steps of each.
void fathom_adam_sparse(const fathom_adam_options *options, const float *gradient, size_t count, float *parameters, float *first,
                        float *second, uint32_t *steps);

#endif
