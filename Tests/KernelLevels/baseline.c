#define CK_KERNEL static CK_WIDE
#include "level_kernels.h"

const kernel_level *kernel_level_baseline(void) { return &level; }
