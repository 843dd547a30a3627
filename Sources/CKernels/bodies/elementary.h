#include "../elementary.h"

CK_KERNEL void CK_NAME(ck_exp)(long count, const double *restrict x, double *restrict out) {
  // A handful of values would fall through to the loop's scalar rest.
  if (count < 64) {
#pragma clang loop vectorize(enable) interleave_count(1)
    for (long i = 0; i < count; i++) out[i] = ck_exp_one(x[i]);
    return;
  }
  // Eight vectors: more than the heavier kernels have registers for, and an eighth faster than four.
#pragma clang loop vectorize(enable) interleave_count(8)
  for (long i = 0; i < count; i++) out[i] = ck_exp_one(x[i]);
}

CK_KERNEL void CK_NAME(ck_log)(long count, const double *restrict x, double *restrict out) {
  CK_COLUMN_LOOP
  for (long i = 0; i < count; i++) out[i] = ck_log_one(x[i]);
}

CK_KERNEL void CK_NAME(ck_sincos_turns)(long count, const double *restrict u,
                                        double *restrict sine, double *restrict cosine) {
  CK_COLUMN_LOOP
  for (long i = 0; i < count; i++) ck_sincos_one(u[i], sine + i, cosine + i);
}

CK_KERNEL long CK_NAME(ck_first_non_finite)(long count, const double *values) {
  const uint64_t infinity = 0x7ff0000000000000ull;
  const long stretch = 4096;
  for (long start = 0; start < count; start += stretch) {
    long end = start + stretch < count ? start + stretch : count;
    int64_t found = 0;
    for (long i = start; i < end; i++) found |= (ck_bits(values[i]) & infinity) == infinity;
    for (long i = start; found && i < end; i++)
      if ((ck_bits(values[i]) & infinity) == infinity) return i;
  }
  return count;
}
