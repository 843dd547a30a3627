#if defined(__x86_64__)
#define CK_KERNEL static CK_WIDE __attribute__((target("arch=x86-64-v3")))
#include "level_kernels.h"

const kernel_level *kernel_level_v3(void) {
  return __builtin_cpu_supports("x86-64-v3") ? &level : 0;
}
#else
#include "kernel_levels.h"

const kernel_level *kernel_level_v3(void) { return 0; }
#endif
