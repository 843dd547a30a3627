#pragma once
#include "ckernels.h"

// The kernels of CKernels compiled for one instruction set, whatever the loader would choose.
typedef struct {
  __typeof__(&ck_exp) exp;
  __typeof__(&ck_log) log;
  __typeof__(&ck_sincos_turns) sincos_turns;
  __typeof__(&ck_first_non_finite) first_non_finite;
  __typeof__(&ck_normal_tile) normal_tile;
  __typeof__(&ck_tabulated_tile) tabulated_tile;
  __typeof__(&ck_exponentials) exponentials;
  __typeof__(&ck_walk_tile) walk_tile;
  __typeof__(&ck_watch) watch;
  __typeof__(&ck_watch_log_box) watch_log_box;
  __typeof__(&ck_watch_quiet) watch_quiet;
} kernel_level;

// As for the processor family's oldest member.
const kernel_level *kernel_level_baseline(void);

// With AVX2 and fused operations, and with AVX-512; null where this processor cannot run them.
const kernel_level *kernel_level_v3(void);
const kernel_level *kernel_level_v4(void);
