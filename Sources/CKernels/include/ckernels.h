#pragma once
#include <stdint.h>

// One block of Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): counter and key in, four words out.
void ck_philox4x32(uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint32_t k0, uint32_t k1,
                   uint32_t out[4]);
