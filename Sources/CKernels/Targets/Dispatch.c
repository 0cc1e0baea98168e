// Picks the variant of each kernel for the processor at hand, once, when the program is loaded; see Targets.h. Processors other than
// x86-64 have one variant, under the plain name.
#include "CKernels.h"

#if defined(__x86_64__)
#define DISPATCH(name)                                                                                                           \
    extern __typeof__(name) name##_v4, name##_v3, name##_base;                                                                   \
    static __typeof__(name) *pick_##name(void) {                                                                                 \
        __builtin_cpu_init();                                                                                                    \
        if (__builtin_cpu_supports("x86-64-v4")) return name##_v4;                                                               \
        return __builtin_cpu_supports("x86-64-v3") ? name##_v3 : name##_base;                                                    \
    }                                                                                                                            \
    __typeof__(name) name __attribute__((ifunc("pick_" #name)));

/// The same for a network kernel, which has a variant for bfloat16 as well.
#define DISPATCH_BF16(name)                                                                                                      \
    extern __typeof__(name) name##_v4bf16, name##_v4, name##_v3, name##_base;                                                    \
    static __typeof__(name) *pick_##name(void) {                                                                                 \
        __builtin_cpu_init();                                                                                                    \
        if (__builtin_cpu_supports("x86-64-v4")) return __builtin_cpu_supports("avx512bf16") ? name##_v4bf16 : name##_v4;        \
        return __builtin_cpu_supports("x86-64-v3") ? name##_v3 : name##_base;                                                    \
    }                                                                                                                            \
    __typeof__(name) name __attribute__((ifunc("pick_" #name)));

// Conversion
DISPATCH(fathom_exr_predict)
DISPATCH(fathom_exr_unpredict)
DISPATCH(fathom_float_from_half)
DISPATCH(fathom_half_from_float)
DISPATCH(fathom_float_from_bfloat16)
DISPATCH(fathom_rgb8_from_u8)
DISPATCH(fathom_rgb8_from_u16)
DISPATCH(fathom_rgb_from_u8)
DISPATCH(fathom_rgb_from_u16)
DISPATCH(fathom_luma_from_u8)
DISPATCH(fathom_luma_from_u16)
DISPATCH(fathom_float_from_u8)
DISPATCH(fathom_u8_from_float)
DISPATCH(fathom_blend_rows)
DISPATCH(fathom_blend_rows_u8)
DISPATCH(fathom_resample_row)
DISPATCH(fathom_color_map)
DISPATCH(fathom_codes_from_float)
DISPATCH(fathom_float_from_codes)
DISPATCH(fathom_rgb8_from_yuv420_row)

// Depth
DISPATCH(fathom_reproject)
DISPATCH(fathom_tally_agreement)
DISPATCH(fathom_accept_agreement)
DISPATCH(fathom_depth_edges)
DISPATCH(fathom_volume_prepare_row)
DISPATCH(fathom_volume_farthest)
DISPATCH(fathom_volume_touch)
DISPATCH(fathom_volume_integrate)
DISPATCH(fathom_volume_bits)

// Fields
DISPATCH(fathom_grid_values)
DISPATCH(fathom_grid_gradients)
DISPATCH(fathom_grid_corners)
DISPATCH(fathom_grid_freeze)
DISPATCH(fathom_grid_sweep)
DISPATCH(fathom_grid_spread)
DISPATCH(fathom_hash_values)
DISPATCH(fathom_hash_gradients)
DISPATCH(fathom_hash_pull_network)
DISPATCH(fathom_hash_pull_table)

// Radiance
DISPATCH(fathom_radiance_bands)
DISPATCH(fathom_radiance_turn)
DISPATCH(fathom_radiance_features)
DISPATCH(fathom_radiance_position_gradients)
DISPATCH(fathom_radiance_densities)
DISPATCH(fathom_radiance_forward)
DISPATCH(fathom_radiance_backward)
DISPATCH(fathom_radiance_pull_level)
DISPATCH(fathom_radiance_pull_plane)
DISPATCH(fathom_table_step)
DISPATCH(fathom_table_average)
DISPATCH(fathom_table_smooth)

// Raster
DISPATCH(fathom_raster_transform)
DISPATCH(fathom_raster_draw)
DISPATCH(fathom_raster_resolve)
DISPATCH(fathom_ray_boxes)
DISPATCH(fathom_near_boxes)

// Search
DISPATCH(fathom_pack_texels)
DISPATCH(fathom_patch_cost_row)
DISPATCH(fathom_search_row)
DISPATCH(fathom_fit_slopes_row)
DISPATCH(fathom_subbin_row)
DISPATCH(fathom_window_weights_row)
DISPATCH(fathom_warp_row)
DISPATCH(fathom_sweep_cost_row)
DISPATCH(fathom_halve_row)
DISPATCH(fathom_sgm_line)
DISPATCH(fathom_sgm_winner)

// Surface
DISPATCH(fathom_block_count)
DISPATCH(fathom_block_emit)
DISPATCH(fathom_iso_classify)
DISPATCH(fathom_iso_complete_cells)
DISPATCH(fathom_iso_count)
DISPATCH(fathom_iso_emit)
DISPATCH(fathom_photo_read)
DISPATCH(fathom_photo_compare)

// Training
DISPATCH(fathom_adam)
DISPATCH(fathom_adam_sparse)

// Network
DISPATCH_BF16(fathom_product)
DISPATCH_BF16(fathom_layer_norm)
DISPATCH_BF16(fathom_pack_keys)
DISPATCH_BF16(fathom_pack_values)
DISPATCH_BF16(fathom_attention)
DISPATCH_BF16(fathom_temporal_attention)
DISPATCH_BF16(fathom_gated_gelu)
DISPATCH_BF16(fathom_column_sums)
DISPATCH_BF16(fathom_scale_shift)
DISPATCH_BF16(fathom_pad_rows)
DISPATCH_BF16(fathom_resize_row)
DISPATCH_BF16(fathom_pad_resized_rows)
DISPATCH_BF16(fathom_winograd)
DISPATCH_BF16(fathom_channel_sum)
DISPATCH_BF16(fathom_depthwise_row)
DISPATCH_BF16(fathom_product_bf16)
DISPATCH_BF16(fathom_round_bf16)
DISPATCH_BF16(fathom_pack_keys_bf16)
DISPATCH_BF16(fathom_pack_values_bf16)
DISPATCH_BF16(fathom_attention_bf16)
#endif
