#include "ckernels.h"
#include "philox.h"

CK_KERNEL void ck_normal_tile(uint64_t seed, uint32_t first_path, uint32_t first_step,
                              uint32_t stream, int rows, double *normals) {
  for (int pair = 0; pair < rows / 2; pair++) {
    double *restrict even = normals + (long)(2 * pair) * CK_TILE_COLUMNS;
    double *restrict odd = even + CK_TILE_COLUMNS;
    CK_COLUMN_LOOP
    for (uint32_t column = 0; column < CK_TILE_COLUMNS; column++) {
      ck_words words = ck_philox(first_path + column % CK_LANES, first_step + column / CK_LANES,
                                 (uint32_t)pair, stream, seed);
      double radius = __builtin_elementwise_sqrt(
          -2.0 * ck_log_one(ck_open_uniform(words.w0, words.w1)));
      double sine, cosine;
      ck_sincos_one(ck_open_uniform(words.w2, words.w3), &sine, &cosine);
      even[column] = radius * cosine;
      odd[column] = radius * sine;
    }
  }
}

// One attempt at a gamma variate of shape d + 1/3, c = 1 / sqrt(9 d): d times the result, or -1 for a
// rejection. Words 0 and 1 are the radius of the normal, word 2 its angle, word 3 the test's uniform.
CK_INLINE double ck_gamma_attempt(uint32_t path, uint32_t step, uint32_t attempt, uint32_t stream,
                                  uint64_t seed, double d, double c) {
  ck_words words = ck_philox(path, step, attempt, stream, seed);
  double radius = __builtin_elementwise_sqrt(
      -2.0 * ck_log_one(ck_open_uniform(words.w0, words.w1)));
  double sine, cosine;
  ck_sincos_one(ck_short_uniform(words.w2), &sine, &cosine);
  double x = radius * cosine;
  double t = 1.0 + c * x;
  // A value that cannot be accepted is replaced before its logarithm is taken.
  double base = t > 0.0 ? t : 1.0;
  double v = base * base * base;
  double limit = 0.5 * x * x + d * (1.0 - v + 3.0 * ck_log_one(base));
  double accepted = ck_log_one(ck_short_uniform(words.w3)) < limit ? v : -1.0;
  return t > 0.0 ? accepted : -1.0;
}

CK_KERNEL void ck_chi_square_tile(uint64_t seed, uint32_t first_path, uint32_t first_step,
                                  uint32_t stream, double nu, double *restrict chi_square) {
  double shape = 0.5 * nu;
  double d = (shape < 1.0 ? shape + 1.0 : shape) - 1.0 / 3.0;
  double c = 1.0 / __builtin_elementwise_sqrt(9.0 * d);
  CK_COLUMN_LOOP
  for (uint32_t column = 0; column < CK_TILE_COLUMNS; column++)
    chi_square[column] = ck_gamma_attempt(first_path + column % CK_LANES,
                                          first_step + column / CK_LANES, 0, stream, seed, d, c);
  for (uint32_t column = 0; column < CK_TILE_COLUMNS; column++)
    for (uint32_t attempt = 1; chi_square[column] < 0.0; attempt++)
      chi_square[column] = ck_gamma_attempt(first_path + column % CK_LANES,
                                            first_step + column / CK_LANES, attempt, stream, seed,
                                            d, c);
  for (uint32_t column = 0; column < CK_TILE_COLUMNS; column++) chi_square[column] *= 2.0 * d;
  if (shape >= 1.0) return;
  CK_COLUMN_LOOP
  for (uint32_t column = 0; column < CK_TILE_COLUMNS; column++) {
    ck_words words = ck_philox(first_path + column % CK_LANES, first_step + column / CK_LANES,
                               UINT32_MAX, stream, seed);
    double uniform = ck_open_uniform(words.w0, words.w1);
    chi_square[column] *= ck_exp_one(ck_log_one(uniform) / shape);
  }
}
