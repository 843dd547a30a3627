#include "ckernels.h"
#include "clones.h"

#include "bodies/variates.h"

double ck_exponential(uint64_t seed, uint32_t path, uint32_t index, uint32_t draw,
                      uint32_t stream) {
  ck_words words = ck_philox(path, index, draw, stream, seed);
  return -ck_log_one(ck_open_uniform(words.w0, words.w1));
}
