#pragma once
#include <stdint.h>

#pragma STDC FP_CONTRACT OFF

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

// e^x = 2^k e^r with |r| <= ln(2) / 2, and e^r = 1 + r + r^2 p(r) with the minimax polynomial of
// degree 9 (relative error below 4e-18).
CK_INLINE double ck_exp_one(double x) {
  x = x < -708.0 ? -708.0 : x;
  x = x > 709.0 ? 709.0 : x;
  double rounded = x * 0x1.71547652b82fep0 + CK_ROUNDER;
  double k = rounded - CK_ROUNDER;
  double r = (x - k * CK_LN2_HIGH) - k * CK_LN2_LOW;
  double p = 0x1.af859af7847efp-26;
  p = p * r + 0x1.28b03eef1f112p-22;
  p = p * r + 0x1.71dddfbe19d00p-19;
  p = p * r + 0x1.a019969e81314p-16;
  p = p * r + 0x1.a01a01bae8fdap-13;
  p = p * r + 0x1.6c16c185a36c4p-10;
  p = p * r + 0x1.111111110d626p-7;
  p = p * r + 0x1.5555555550042p-5;
  p = p * r + 0x1.5555555555561p-3;
  p = p * r + 0x1.000000000000bp-1;
  double e = 1.0 + (r + r * r * p);
  return ck_from_bits(ck_bits(e) + (ck_bits(rounded) << 52));
}

// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)); ln(1 + f) = f - f^2/2 + s (f^2/2 + R) with
// s = f / (2 + f) and R = 2 artanh(s) / s - 2, over s^2 the minimax polynomial of degree 6 in s^2
// (error below 2e-18 of the result).
CK_INLINE double ck_log_one(double x) {
  const uint64_t root_half = 0x3fe6a09e667f3bcdull;
  uint64_t offset = ck_bits(x) - root_half + (1023ull << 52);
  uint64_t biased = offset >> 52;
  double f = ck_from_bits(ck_bits(x) - (biased << 52) + (1023ull << 52)) - 1.0;
  double k = ck_from_bits(biased | 0x4330000000000000ull) - (0x1p52 + 1023.0);
  double s = f / (2.0 + f);
  double z = s * s;
  double p = 0x1.2f0563fa7a526p-3;
  p = p * z + 0x1.39a1bad3ad2d4p-3;
  p = p * z + 0x1.74663ee59fe07p-3;
  p = p * z + 0x1.c71c520973e70p-3;
  p = p * z + 0x1.24924941f0fc1p-2;
  p = p * z + 0x1.999999997fdbbp-2;
  p = p * z + 0x1.5555555555592p-1;
  double half_square = 0.5 * f * f;
  double tail = s * (half_square + z * p) + k * CK_LN2_LOW;
  return k * CK_LN2_HIGH - ((half_square - tail) - f);
}

// Sine and cosine of a share of a turn: reduced to an eighth of a turn, then minimax polynomials to
// x^13 and x^14 (errors below 4e-18).
CK_INLINE void ck_sincos_one(double u, double *sine, double *cosine) {
  double rounded = u * 4.0 + CK_ROUNDER;
  uint64_t quarter = ck_bits(rounded);
  double x = (u - (rounded - CK_ROUNDER) * 0.25) * 0x1.921fb54442d18p2;
  double z = x * x;
  double s = 0x1.5d932ed16d18cp-33;
  s = s * z - 0x1.ae5e66d3b7e44p-26;
  s = s * z + 0x1.71de357873b6cp-19;
  s = s * z - 0x1.a01a019c126bfp-13;
  s = s * z + 0x1.111111110f881p-7;
  s = s * z - 0x1.5555555555549p-3;
  s = x + x * z * s;
  double c = -0x1.8faecf851b621p-37;
  c = c * z + 0x1.1ee9ec4889729p-29;
  c = c * z - 0x1.27e4f80a77e26p-22;
  c = c * z + 0x1.a01a019cb2718p-16;
  c = c * z - 0x1.6c16c16c15184p-10;
  c = c * z + 0x1.555555555554cp-5;
  c = 1.0 - (0.5 * z - z * z * c);
  uint64_t odd = -(quarter & 1);
  uint64_t sine_bits = (ck_bits(s) & ~odd) | (ck_bits(c) & odd);
  uint64_t cosine_bits = (ck_bits(c) & ~odd) | (ck_bits(s) & odd);
  *sine = ck_from_bits(sine_bits ^ ((quarter & 2) << 62));
  *cosine = ck_from_bits(cosine_bits ^ (((quarter + 1) & 2) << 62));
}
