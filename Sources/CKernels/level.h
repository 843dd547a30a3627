#pragma once

// The files in `bodies` hold the kernels without saying for which instruction set: who includes them
// defines CK_NAME, the function's name, and CK_KERNEL, its attributes. The tests include them once
// for each level and compare bits.

// Registers of 64 bytes are worth their setup here; compilers avoid them unless they are told.
#if defined(__x86_64__)
#define CK_WIDE __attribute__((min_vector_width(512)))
#else
#define CK_WIDE
#endif

// Before a loop over columns: four vectors side by side, because one chain of polynomial steps alone
// leaves the arithmetic units waiting (a third faster, measured).
#define CK_COLUMN_LOOP _Pragma("clang loop vectorize(enable) interleave_count(4)")
