#include "philox.h"

#include "ckernels.h"

void ck_philox4x32(uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint32_t k0, uint32_t k1,
                   uint32_t out[4]) {
  ck_words words = ck_philox(c0, c1, c2, c3, (uint64_t)k1 << 32 | k0);
  out[0] = (uint32_t)words.w0;
  out[1] = (uint32_t)words.w1;
  out[2] = (uint32_t)words.w2;
  out[3] = (uint32_t)words.w3;
}
