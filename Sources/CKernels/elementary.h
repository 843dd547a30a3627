#pragma once
#include <stdint.h>

#pragma STDC FP_CONTRACT OFF

// A kernel is compiled once per instruction set where the loader can choose; elsewhere once.
#if defined(__x86_64__) && defined(__linux__)
#include <features.h>
#endif
#if defined(__x86_64__) && defined(__GLIBC__)
#define CK_KERNEL \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_KERNEL
#endif

// Before a loop over columns: four vectors side by side, because one chain of polynomial steps alone
// leaves the arithmetic units waiting (a third faster, measured).
#define CK_COLUMN_LOOP _Pragma("clang loop vectorize(enable) interleave_count(4)")

#define CK_INLINE static inline __attribute__((always_inline))

CK_INLINE uint64_t ck_bits(double x) {
  union { double d; uint64_t i; } u = {.d = x};
  return u.i;
}

CK_INLINE double ck_from_bits(uint64_t i) {
  union { uint64_t i; double d; } u = {.i = i};
  return u.d;
}

// Adding it rounds |x| < 2^51 to an integer, whose low bits then stand in the mantissa. No
// instruction set lacks this, whereas vector conversions to 64-bit integers need AVX-512.
#define CK_ROUNDER 0x1.8p52

// ln 2 in two parts; the first has 21 trailing zero bits, so that its products with an exponent
// are exact.
#define CK_LN2_HIGH 0x1.62e42feep-1
#define CK_LN2_LOW 0x1.a39ef35793c76p-33

// e^x = 2^k e^r with |r| <= ln(2) / 2, e^r by its Taylor series to r^13 (remainder below 5e-18).
CK_INLINE double ck_exp_one(double x) {
  x = x < -708.0 ? -708.0 : x;
  x = x > 709.0 ? 709.0 : x;
  double rounded = x * 0x1.71547652b82fep0 + CK_ROUNDER;
  double k = rounded - CK_ROUNDER;
  double r = (x - k * CK_LN2_HIGH) - k * CK_LN2_LOW;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  double e = 1.0 + (r + r * r * p);
  return ck_from_bits(ck_bits(e) + (ck_bits(rounded) << 52));
}

// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)); ln(1 + f) = f - f^2/2 + s (f^2/2 + R) with
// s = f / (2 + f) and R the odd series of 2 artanh(s) beyond its first term, over s, to s^20
// (remainder below 1e-17 of the result).
CK_INLINE double ck_log_one(double x) {
  const uint64_t root_half = 0x3fe6a09e667f3bcdull;
  uint64_t offset = ck_bits(x) - root_half + (1023ull << 52);
  uint64_t biased = offset >> 52;
  double f = ck_from_bits(ck_bits(x) - (biased << 52) + (1023ull << 52)) - 1.0;
  double k = ck_from_bits(biased | 0x4330000000000000ull) - (0x1p52 + 1023.0);
  double s = f / (2.0 + f);
  double z = s * s;
  double p = 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  double half_square = 0.5 * f * f;
  double tail = s * (half_square + z * p) + k * CK_LN2_LOW;
  return k * CK_LN2_HIGH - ((half_square - tail) - f);
}

// Sine and cosine of a share of a turn: reduced to an eighth of a turn, then Taylor series to x^15
// and x^16 (remainders below 1e-17).
CK_INLINE void ck_sincos_one(double u, double *sine, double *cosine) {
  double rounded = u * 4.0 + CK_ROUNDER;
  uint64_t quarter = ck_bits(rounded);
  double x = (u - (rounded - CK_ROUNDER) * 0.25) * 0x1.921fb54442d18p2;
  double z = x * x;
  double s = -1.0 / 1307674368000.0;
  s = s * z + 1.0 / 6227020800.0;
  s = s * z - 1.0 / 39916800.0;
  s = s * z + 1.0 / 362880.0;
  s = s * z - 1.0 / 5040.0;
  s = s * z + 1.0 / 120.0;
  s = s * z - 1.0 / 6.0;
  s = x + x * z * s;
  double c = 1.0 / 20922789888000.0;
  c = c * z - 1.0 / 87178291200.0;
  c = c * z + 1.0 / 479001600.0;
  c = c * z - 1.0 / 3628800.0;
  c = c * z + 1.0 / 40320.0;
  c = c * z - 1.0 / 720.0;
  c = c * z + 1.0 / 24.0;
  c = 1.0 - (0.5 * z - z * z * c);
  uint64_t odd = -(quarter & 1);
  uint64_t sine_bits = (ck_bits(s) & ~odd) | (ck_bits(c) & odd);
  uint64_t cosine_bits = (ck_bits(c) & ~odd) | (ck_bits(s) & odd);
  *sine = ck_from_bits(sine_bits ^ ((quarter & 2) << 62));
  *cosine = ck_from_bits(cosine_bits ^ (((quarter + 1) & 2) << 62));
}
