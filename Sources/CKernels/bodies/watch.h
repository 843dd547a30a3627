#include "../elementary.h"

// Eight accounts side by side. Aligned as doubles are, so that Swift's arrays can be read.
typedef double ck_eight __attribute__((ext_vector_type(8), aligned(8)));
typedef long ck_eight_flags __attribute__((ext_vector_type(8), aligned(8)));

#define CK_EIGHT(p) (*(const ck_eight *)(p))

// The test of a list: see ck_watch.
CK_INLINE long ck_watch_each(long blocks, int assets, const double *rows, int has_upper,
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
    if (!high || !has_upper) {
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

// Where the number of assets is a constant, the sums need no loop.
CK_INLINE long ck_watch_blocks(long blocks, int assets, const double *rows, int has_upper,
                               const int32_t *groups, const double *keys, double key_limit,
                               double floor_limit, const double *low, const double *high,
                               const double *debt_low, const double *debt_high, double floor,
                               uint8_t *restrict masks) {
  if (assets == CK_LANES)
    return ck_watch_each(blocks, CK_LANES, rows, has_upper, groups, keys, key_limit, floor_limit,
                         low, high, debt_low, debt_high, floor, masks);
  return ck_watch_each(blocks, assets, rows, has_upper, groups, keys, key_limit, floor_limit, low,
                       high, debt_low, debt_high, floor, masks);
}

CK_INLINE int ck_all_inside(long count, const double *values, const double *low,
                            const double *high) {
  int outside = 0;
  for (long i = 0; i < count; i++) outside |= !(values[i] >= low[i]) | !(values[i] <= high[i]);
  return !outside;
}

CK_INLINE void ck_place(int assets, const int32_t *asset, int groups, const int32_t *debt_asset,
                        const double *least, const double *most, int several,
                        const double *start_debt, double slack, double *low, double *high,
                        double *debt_low, double *debt_high) {
  for (int i = 0; i < assets; i++) low[i] = least[2 * asset[i]];
  for (int i = 0; high && i < assets; i++) high[i] = most[2 * asset[i]];
  for (int g = 0; g < groups; g++) {
    debt_low[g] = least[2 * debt_asset[g] + 1] * (1.0 - slack);
    debt_high[g] = most[2 * debt_asset[g] + 1] * (1.0 + slack);
  }
  if (!several) return;
  double smallest = __builtin_inf(), largest = 0.0;
  for (int g = 0; g < groups; g++) {
    double shrunk = least[2 * debt_asset[g] + 1] / start_debt[g];
    double grown = most[2 * debt_asset[g] + 1] / start_debt[g];
    smallest = shrunk < smallest ? shrunk : smallest;
    largest = grown > largest ? grown : largest;
  }
  debt_low[groups] = smallest * (1.0 - slack);
  debt_high[groups] = largest * (1.0 + slack);
}

// The weights of a token supplied and of one owed at these prices.
CK_INLINE void ck_weigh(int count, const double *factors, const double *price,
                        double *restrict weights) {
  for (int i = 0; i < count; i++) {
    weights[2 * i] = factors[3 * i] * price[i] * factors[3 * i + 1];
    weights[2 * i + 1] = factors[3 * i + 2] * price[i];
  }
}

// The least and the largest of each column; those of no rows are the first row's.
CK_INLINE void ck_extremes(long rows, int count, const double *values, double *restrict least,
                           double *restrict most) {
  for (int i = 0; i < count; i++) least[i] = most[i] = values[i];
  for (long row = 1; row < rows; row++)
    for (int i = 0; i < count; i++) {
      double value = values[row * count + i];
      least[i] = value < least[i] ? value : least[i];
      most[i] = value > most[i] ? value : most[i];
    }
}

CK_KERNEL long CK_NAME(ck_watch)(long blocks, int assets, const double *rows, int has_upper,
                                const int32_t *groups, const double *keys, double key_limit,
                                double floor_limit, const double *low, const double *high,
                                const double *debt_low, const double *debt_high, double floor,
                                uint8_t *restrict masks) {
  return ck_watch_blocks(blocks, assets, rows, has_upper, groups, keys, key_limit, floor_limit, low,
                         high, debt_low, debt_high, floor, masks);
}

// Where the number of prices is a constant, the compiler keeps a step's in one register.
CK_INLINE long ck_pass_quiet(
    long steps, int count, const double *restrict exogenous, long offset, int moved, double kept,
    double *restrict displacement, const double *restrict factors, double *restrict price,
    double *restrict lowest, double *restrict weights, double *restrict room,
    const double *box_low, const double *box_high, int assets, const int32_t *asset, int groups,
    const int32_t *debt_asset, int several, const double *start_debt, double slack, double *low,
    double *high, double *debt_low, double *debt_high, long blocks, const double *rows,
    int has_upper, const int32_t *block_groups, double floor, uint8_t *restrict masks) {
  // Prices of a stretch, [step][asset]; displacements after each of its steps; the least and the
  // largest prices of it, and their weights.
  double *restrict ahead = room, *restrict left = ahead + CK_STRETCH_STEPS * count;
  double *restrict least = left + (CK_STRETCH_STEPS + 1) * count, *restrict most = least + count;
  double *restrict least_weights = most + count, *restrict most_weights = least_weights + 2 * count;
  const long size = (long)(assets + CK_WATCH_LEVELS) * CK_LANES;
  for (long start = 0; start < steps;) {
    long stretch = steps - start < CK_STRETCH_STEPS ? steps - start : CK_STRETCH_STEPS;
    for (int i = 0; i < count; i++) left[i] = displacement[i];
    for (long step = 0; moved && step < stretch; step++)
      for (int i = 0; i < count; i++)
        left[(step + 1) * count + i] = left[step * count + i] * kept;
    const double *now = exogenous + offset + start * count;
#pragma clang loop vectorize(enable) interleave_count(2)
    for (long i = 0; i < stretch * count; i++)
      ahead[i] = moved ? now[i] * ck_exp_one(-left[i]) : now[i];
    ck_extremes(stretch, count, ahead, least, most);
    ck_weigh(count, factors, least, least_weights);
    ck_weigh(count, factors, most, most_weights);
    long inside = stretch;
    if (!ck_all_inside(2L * count, least_weights, box_low, box_high) ||
        !ck_all_inside(2L * count, most_weights, box_low, box_high)) {
      // Only up to the first step outside the box.
      for (inside = 0; inside < stretch; inside++) {
        ck_weigh(count, factors, ahead + inside * count, weights);
        if (!ck_all_inside(2L * count, weights, box_low, box_high)) break;
      }
      ck_extremes(inside, count, ahead, least, most);
      ck_weigh(count, factors, least, least_weights);
      ck_weigh(count, factors, most, most_weights);
    }
    // Whoever stays within its levels at the corners of the stretch does so at each of its steps.
    ck_place(assets, asset, groups, debt_asset, least_weights, most_weights, several, start_debt,
             slack, low, high, debt_low, debt_high);
    long stop = inside;
    if (inside && ck_watch_blocks(blocks, assets, rows, has_upper, block_groups, 0, 0, 0, low, high,
                                  debt_low, debt_high, floor, masks)) {
      for (stop = 0; stop < inside; stop++) {
        ck_weigh(count, factors, ahead + stop * count, weights);
        ck_place(assets, asset, groups, debt_asset, weights, weights, several, start_debt, slack,
                 low, 0, debt_low, debt_high);
        long hits = 0;
        for (long block = 0; block < blocks; block++) {
          uint8_t mask;
          if (masks[block])
            hits += ck_watch_blocks(1, assets, rows + block * size, has_upper, block_groups + block,
                                    0, 0, 0, low, 0, debt_low, debt_high, floor, &mask);
        }
        if (hits) break;
      }
    }
    long passed = stop < stretch ? stop + 1 : stretch;
    for (long step = 0; step < passed; step++)
      for (int i = 0; i < count; i++) {
        double value = ahead[step * count + i];
        lowest[i] = value < lowest[i] ? value : lowest[i];
        price[i] = value;
      }
    for (int i = 0; moved && i < count; i++) displacement[i] = left[stop * count + i];
    start += stop;
    if (stop < stretch) {
      ck_weigh(count, factors, price, weights);
      return start;
    }
  }
  return steps;
}

CK_KERNEL long CK_NAME(ck_watch_quiet)(
    long steps, int count, const double *restrict exogenous, long offset, int moved, double kept,
    double *restrict displacement, const double *restrict factors, double *restrict price,
    double *restrict lowest, double *restrict weights, double *restrict room,
    const double *box_low, const double *box_high, int assets, const int32_t *asset, int groups,
    const int32_t *debt_asset, int several, const double *start_debt, double slack, double *low,
    double *high, double *debt_low, double *debt_high, long blocks, const double *rows,
    int has_upper, const int32_t *block_groups, double floor, uint8_t *restrict masks) {
  // As a constant in one call, as a variable in the other.
#define CK_PASS(count)                                                                            \
  ck_pass_quiet(steps, count, exogenous, offset, moved, kept, displacement, factors, price,       \
                lowest, weights, room, box_low, box_high, assets, asset, groups, debt_asset,      \
                several, start_debt, slack, low, high, debt_low, debt_high, blocks, rows,         \
                has_upper, block_groups, floor, masks)
  return count == CK_LANES ? CK_PASS(CK_LANES) : CK_PASS(count);
#undef CK_PASS
}
