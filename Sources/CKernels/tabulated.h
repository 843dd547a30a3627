#pragma once
#include "ckernels.h"
#include "elementary.h"

// Exponent and leading mantissa bits of 2^-53, the first cell's lower edge, read as an integer; those
// of the edges that follow are the integers that follow.
#define CK_TABLE_ORIGIN ((1022 - CK_TABLE_OCTAVES) * CK_TABLE_CELLS)

// A tabulated quantile function at u in (0, 1); see `ck_tabulated_tile` for the table.
CK_INLINE double ck_tabulated_one(double u, const double *table) {
  int64_t upper = u > 0.5;
  // Exact: u has no bits below 2^-53.
  double tail = upper ? 1.0 - u : u;
  uint64_t bits = ck_bits(tail);
  int64_t cell = (int64_t)(bits >> (52 - CK_TABLE_CELL_BITS)) - CK_TABLE_ORIGIN;
  cell += upper ? CK_TABLE_OCTAVES * CK_TABLE_CELLS : 0;
  // The bits below those of the cell are the place inside it, in [0, 1).
  const uint64_t one = 0x3ff0000000000000ull;
  double t = ck_from_bits(((bits << CK_TABLE_CELL_BITS) & 0x000fffffffffffffull) | one) - 1.0;
  const double *c = table + cell * CK_TABLE_COEFFICIENTS;
  return ((((c[5] * t + c[4]) * t + c[3]) * t + c[2]) * t + c[1]) * t + c[0];
}
