#include "../philox.h"
#include "../tabulated.h"

CK_KERNEL void CK_NAME(ck_normal_tile)(uint64_t seed, uint32_t first_path, uint32_t first_step,
                                       int steps, uint32_t stream, int rows, double *normals) {
  uint32_t columns = (uint32_t)steps * CK_LANES;
  for (int pair = 0; pair < rows / 2; pair++) {
    double *restrict even = normals + (long)(2 * pair) * CK_TILE_COLUMNS;
    double *restrict odd = even + CK_TILE_COLUMNS;
    CK_COLUMN_LOOP
    for (uint32_t column = 0; column < columns; column++) {
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

CK_KERNEL void CK_NAME(ck_tabulated_tile)(uint64_t seed, uint32_t first_path,
                                          uint32_t first_step, int steps, uint32_t stream,
                                          const double *restrict table, double *restrict draws) {
  uint32_t columns = (uint32_t)steps * CK_LANES;
  CK_COLUMN_LOOP
  for (uint32_t column = 0; column < columns; column++) {
    ck_words words = ck_philox(first_path + column % CK_LANES, first_step + column / CK_LANES, 0,
                               stream, seed);
    draws[column] = ck_tabulated_one(ck_open_uniform(words.w0, words.w1), table);
  }
}

CK_KERNEL void CK_NAME(ck_exponentials)(uint64_t seed, uint32_t path, uint32_t first_index,
                                        uint32_t draw, uint32_t stream, long count,
                                        double *restrict out) {
  CK_COLUMN_LOOP
  for (long i = 0; i < count; i++) {
    ck_words words = ck_philox(path, first_index + (uint32_t)i, draw, stream, seed);
    out[i] = -ck_log_one(ck_open_uniform(words.w0, words.w1));
  }
}
