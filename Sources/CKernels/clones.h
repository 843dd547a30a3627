#pragma once
#include "level.h"

// The kernels of the package: compiled once per instruction set where the loader can choose,
// elsewhere once.
#if defined(__x86_64__) && defined(__linux__)
#include <features.h>
#endif
#if defined(__x86_64__) && defined(__GLIBC__)
#define CK_KERNEL \
  CK_WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_KERNEL CK_WIDE
#endif
#define CK_NAME(name) name
