#include "ckernels.h"
#include "elementary.h"

// Eight accounts side by side. Aligned as doubles are, so that Swift's arrays can be read.
typedef double ck_eight __attribute__((ext_vector_type(8), aligned(8)));
typedef long ck_eight_flags __attribute__((ext_vector_type(8), aligned(8)));

#if defined(__x86_64__)
#define CK_WIDE __attribute__((min_vector_width(512)))
#else
#define CK_WIDE
#endif

#define CK_EIGHT(p) (*(const ck_eight *)(p))

CK_KERNEL CK_WIDE long ck_watch(long blocks, int assets, const double *amounts,
                                const double *debts, const double *lower, const double *upper,
                                const int32_t *groups, const double *keys, double key_limit,
                                double floor_limit, const double *low, const double *high,
                                const double *debt_low, const double *debt_high, double floor,
                                uint8_t *restrict masks) {
  long hits = 0;
  for (long block = 0; block < blocks; block++) {
    masks[block] = 0;
    if (keys && keys[2 * block] > key_limit && keys[2 * block + 1] > floor_limit) continue;
    const double *row = amounts + block * assets * CK_LANES;
    long lanes = block * CK_LANES;
    int group = groups[block];
    ck_eight level = CK_EIGHT(lower + lanes);
    level = level < floor ? (ck_eight)floor : level;
    ck_eight below = 0.0, above;
    for (int asset = 0; asset < assets; asset++) below += CK_EIGHT(row + asset * CK_LANES) * low[asset];
    if (low == high) {
      above = below;
    } else {
      above = 0.0;
      for (int asset = 0; asset < assets; asset++)
        above += CK_EIGHT(row + asset * CK_LANES) * high[asset];
    }
    // Written so that a value that is not a number lists the account.
    ck_eight_flags leaves = ~(below >= level * (CK_EIGHT(debts + lanes) * debt_high[group]));
    leaves |= ~(above < CK_EIGHT(upper + lanes) * debt_low[group]);
    if (!__builtin_reduce_or(leaves)) continue;
    int mask = 0;
    for (int lane = 0; lane < CK_LANES; lane++) mask |= (leaves[lane] != 0) << lane;
    masks[block] = (uint8_t)mask;
    hits++;
  }
  return hits;
}

int ck_inside(long count, const double *values, const double *low, const double *high) {
  int outside = 0;
  for (long i = 0; i < count; i++) outside |= !(values[i] >= low[i]) | !(values[i] <= high[i]);
  return !outside;
}

void ck_watch_place(int assets, const int32_t *asset, int groups, const int32_t *debt_asset,
                    const double *weights, const double *start_debt, double slack, double *low,
                    double *debt_low, double *debt_high) {
  for (int i = 0; i < assets; i++) low[i] = weights[2 * asset[i]];
  for (int g = 0; g < groups; g++) {
    double weight = weights[2 * debt_asset[g] + 1];
    debt_low[g] = weight * (1.0 - slack);
    debt_high[g] = weight * (1.0 + slack);
  }
  if (!start_debt) return;
  double least = __builtin_inf(), most = 0.0;
  for (int g = 0; g < groups; g++) {
    double growth = weights[2 * debt_asset[g] + 1] / start_debt[g];
    least = growth < least ? growth : least;
    most = growth > most ? growth : most;
  }
  debt_low[groups] = least * (1.0 - slack);
  debt_high[groups] = most * (1.0 + slack);
}

void ck_watch_copy(int assets, const double *from, double *to) {
  for (int asset = 0; asset < assets; asset++) to[asset * CK_LANES] = from[asset * CK_LANES];
}
