#include "../elementary.h"

// Eight accounts side by side. Aligned as doubles are, so that Swift's arrays can be read.
typedef double ck_eight __attribute__((ext_vector_type(8), aligned(8)));
typedef long ck_eight_flags __attribute__((ext_vector_type(8), aligned(8)));

#define CK_EIGHT(p) (*(const ck_eight *)(p))

CK_KERNEL long CK_NAME(ck_watch)(long blocks, int assets, const double *rows, int has_upper,
                                const int32_t *groups, const double *keys, double key_limit,
                                double floor_limit, const double *low, const double *high,
                                const double *debt_low, const double *debt_high, double floor,
                                uint8_t *restrict masks) {
  long hits = 0;
  for (long block = 0; block < blocks; block++) {
    masks[block] = 0;
    if (keys && keys[2 * block] > key_limit && keys[2 * block + 1] > floor_limit) continue;
    const double *amounts = rows + block * (assets + CK_WATCH_LEVELS) * CK_LANES;
    const double *levels = amounts + (long)assets * CK_LANES;
    int group = groups[block];
    ck_eight debt = CK_EIGHT(levels), lower = CK_EIGHT(levels + CK_LANES);
    lower = lower < floor ? (ck_eight)floor : lower;
    ck_eight below = 0.0, above;
    for (int asset = 0; asset < assets; asset++)
      below += CK_EIGHT(amounts + asset * CK_LANES) * low[asset];
    if (low == high || !has_upper) {
      above = below;
    } else {
      above = 0.0;
      for (int asset = 0; asset < assets; asset++)
        above += CK_EIGHT(amounts + asset * CK_LANES) * high[asset];
    }
    // Written so that a value that is not a number lists the account.
    ck_eight_flags leaves = ~(below >= lower * (debt * debt_high[group]));
    if (has_upper) leaves |= ~(above < CK_EIGHT(levels + 2 * CK_LANES) * debt_low[group]);
    if (!__builtin_reduce_or(leaves)) continue;
    int mask = 0;
    for (int lane = 0; lane < CK_LANES; lane++) mask |= (leaves[lane] != 0) << lane;
    masks[block] = (uint8_t)mask;
    hits++;
  }
  return hits;
}
