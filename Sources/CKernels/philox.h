#pragma once
#include <stdint.h>

#include "elementary.h"

typedef struct {
  uint64_t w0, w1, w2, w3;
} ck_words;

// Philox4x32-10 with its 32-bit words in the lower halves of 64-bit lanes, where every instruction
// set multiplies them to a full product. The upper halves of the result are not defined.
CK_INLINE ck_words ck_philox(uint32_t path, uint32_t step, uint32_t draw, uint32_t stream,
                             uint64_t seed) {
  uint64_t c0 = path, c1 = step, c2 = draw, c3 = stream;
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)(uint32_t)c0 * 0xD2511F53u;
    uint64_t p1 = (uint64_t)(uint32_t)c2 * 0xCD9E8D57u;
    c0 = (p1 >> 32) ^ c1 ^ k0;
    c2 = (p0 >> 32) ^ c3 ^ k1;
    c1 = p1;
    c3 = p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return (ck_words){c0, c1, c2, c3};
}

// The middle of one of 2^52 equal parts of (0, 1), chosen by the upper 52 bits of two words.
CK_INLINE double ck_open_uniform(uint64_t high, uint64_t low) {
  uint64_t bits = ((high << 32) | (uint32_t)low) >> 12;
  return (ck_from_bits(bits | 0x4330000000000000ull) - (0x1p52 - 0.5)) * 0x1p-52;
}

// The middle of one of 2^32 equal parts of (0, 1), chosen by one word.
CK_INLINE double ck_short_uniform(uint64_t word) {
  uint64_t bits = (uint32_t)word;
  return (ck_from_bits(bits | 0x4330000000000000ull) - (0x1p52 - 0.5)) * 0x1p-32;
}
