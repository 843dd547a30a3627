#include "../elementary.h"

// Sixteen accounts side by side. Aligned as numbers are, so that Swift's arrays can be read.
typedef float ck_watched __attribute__((ext_vector_type(CK_WATCH_LANES), aligned(4)));
typedef int ck_watched_flags __attribute__((ext_vector_type(CK_WATCH_LANES), aligned(4)));
typedef float ck_watched_half __attribute__((ext_vector_type(CK_WATCH_HALF), aligned(4)));

typedef _Bool ck_watched_bits __attribute__((ext_vector_type(CK_WATCH_LANES)));

#define CK_WATCHED(p) (*(const ck_watched *)(p))

// Each half of a block has its group's value. Vectors are handed back through a pointer, since how a
// function returns them depends on the instruction set.
CK_INLINE void ck_by_group(const int32_t *groups, const float *values, ck_watched *out) {
  ck_watched_half first = values[groups[0]], second = values[groups[1]];
  *out = __builtin_shufflevector(first, second, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
                                 15);
}

// Of even and of odd assets apart, so that one addition need not wait for the one before.
CK_INLINE void ck_watched_sum(int assets, const float *amounts, const float *weights,
                              ck_watched *sum) {
  ck_watched even = 0.0f, odd = 0.0f;
  for (int asset = 0; asset + 1 < assets; asset += 2) {
    even += CK_WATCHED(amounts + asset * CK_WATCH_LANES) * weights[asset];
    odd += CK_WATCHED(amounts + (asset + 1) * CK_WATCH_LANES) * weights[asset + 1];
  }
  if (assets % 2) even += CK_WATCHED(amounts + (assets - 1) * CK_WATCH_LANES) * weights[assets - 1];
  *sum = even + odd;
}

// One bit a lane.
CK_INLINE uint16_t ck_mask_of(const ck_watched_flags *flags) {
  return __builtin_bit_cast(uint16_t, __builtin_convertvector(*flags != 0, ck_watched_bits));
}

// The test of a list: see ck_watch.
CK_INLINE long ck_watch_each(long blocks, int assets, const float *rows, int has_upper,
                             const int32_t *groups, const double *keys, double key_limit,
                             double floor_limit, const float *low, const float *high,
                             const float *debt_low, const float *debt_high, float floor,
                             uint16_t *restrict masks) {
  long hits = 0;
  for (long block = 0; block < blocks; block++) {
    if (keys && keys[2 * block] > key_limit && keys[2 * block + 1] > floor_limit) {
      masks[block] = 0;
      continue;
    }
    const float *amounts = rows + block * (assets + CK_WATCH_LEVELS) * CK_WATCH_LANES;
    const float *levels = amounts + (long)assets * CK_WATCH_LANES;
    ck_watched lower = CK_WATCHED(levels), owed, below;
    lower = lower < floor ? (ck_watched)floor : lower;
    ck_by_group(groups + 2 * block, debt_high, &owed);
    ck_watched_sum(assets, amounts, low, &below);
    // Written so that a value that is not a number lists the account.
    ck_watched_flags leaves = ~(below >= lower * owed);
    if (has_upper) {
      ck_watched above = below;
      if (high) ck_watched_sum(assets, amounts, high, &above);
      ck_by_group(groups + 2 * block, debt_low, &owed);
      leaves |= ~(above < CK_WATCHED(levels + CK_WATCH_LANES) * owed);
    }
    masks[block] = ck_mask_of(&leaves);
    hits += masks[block] != 0;
  }
  return hits;
}

// Where the number of assets is a constant, the sums need no loop.
CK_INLINE long ck_watch_blocks(long blocks, int assets, const float *rows, int has_upper,
                               const int32_t *groups, const double *keys, double key_limit,
                               double floor_limit, const float *low, const float *high,
                               const float *debt_low, const float *debt_high, float floor,
                               uint16_t *restrict masks) {
  if (assets == 8)
    return ck_watch_each(blocks, 8, rows, has_upper, groups, keys, key_limit, floor_limit, low,
                         high, debt_low, debt_high, floor, masks);
  return ck_watch_each(blocks, assets, rows, has_upper, groups, keys, key_limit, floor_limit, low,
                       high, debt_low, debt_high, floor, masks);
}

CK_INLINE int ck_all_inside(long count, const double *values, const double *low,
                            const double *high) {
  int outside = 0;
  for (long i = 0; i < count; i++) outside |= !(values[i] >= low[i]) | !(values[i] <= high[i]);
  return !outside;
}

// A bound of single precision; one too small to be precise is loosened.
CK_INLINE float ck_at_most(double value) {
  float bound = (float)value;
  return bound < 1e-30f ? 0.0f : bound;
}

CK_INLINE float ck_at_least(double value) {
  float bound = (float)value;
  return bound < 1e-30f ? 1e-30f : bound;
}

// Coordinates from values of which one an asset is `stride` apart, those of debts `debt_offset` further on.
CK_INLINE void ck_place(int stride, int debt_offset, int assets, const int32_t *asset,
                        const double *scale, int groups, const int32_t *debt_asset,
                        const double *debt_scale, const double *least, const double *most,
                        int several, double slack, float *low, float *high, float *debt_low,
                        float *debt_high) {
  for (int i = 0; i < assets; i++) low[i] = ck_at_most(least[stride * asset[i]] * scale[i]);
  for (int i = 0; high && i < assets; i++)
    high[i] = ck_at_least(most[stride * asset[i]] * scale[i]);
  for (int g = 0; g < groups; g++) {
    int place = stride * debt_asset[g] + debt_offset;
    debt_low[g] = ck_at_most(least[place] * debt_scale[g] * (1.0 - slack));
    debt_high[g] = ck_at_least(most[place] * debt_scale[g] * (1.0 + slack));
  }
  if (!several) return;
  float smallest = __builtin_inff(), largest = 0.0f;
  for (int g = 0; g < groups; g++) {
    smallest = debt_low[g] < smallest ? debt_low[g] : smallest;
    largest = debt_high[g] > largest ? debt_high[g] : largest;
  }
  debt_low[groups] = smallest;
  debt_high[groups] = largest;
}

// A bound that is not a positive normal number bounds nothing; rounding only narrows the others.
CK_INLINE double ck_log_least(double bound) {
  return bound >= 0x1p-1000 ? ck_log_one(bound) + 1e-12 : -__builtin_inf();
}

CK_INLINE double ck_log_most(double bound) {
  return bound <= 0x1p1000 ? ck_log_one(bound) - 1e-12 : __builtin_inf();
}

CK_KERNEL void CK_NAME(ck_watch_log_box)(int count, const double *factors, const double *low,
                                        const double *high, double *restrict log_low,
                                        double *restrict log_high) {
#pragma clang loop vectorize(enable)
  for (int i = 0; i < count; i++) {
    double supplied = factors[3 * i] * factors[3 * i + 1], owed = factors[3 * i + 2];
    double least = ck_log_least(low[2 * i] / supplied);
    double least_owed = ck_log_least(low[2 * i + 1] / owed);
    double most = ck_log_most(high[2 * i] / supplied);
    double most_owed = ck_log_most(high[2 * i + 1] / owed);
    log_low[i] = least > least_owed ? least : least_owed;
    log_high[i] = most < most_owed ? most : most_owed;
  }
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

CK_KERNEL long CK_NAME(ck_watch)(long blocks, int assets, const float *rows, int has_upper,
                                const int32_t *groups, const double *keys, double key_limit,
                                double floor_limit, const float *low, const float *high,
                                const float *debt_low, const float *debt_high, float floor,
                                uint16_t *restrict masks) {
  return ck_watch_blocks(blocks, assets, rows, has_upper, groups, keys, key_limit, floor_limit, low,
                         high, debt_low, debt_high, floor, masks);
}

CK_INLINE void ck_exp_all(long count, const double *x, double *restrict out) {
#pragma clang loop vectorize(enable) interleave_count(4)
  for (long i = 0; i < count; i++) out[i] = ck_exp_one(x[i]);
}

// What the kernel and its body take; see ck_watch_quiet.
#define CK_QUIET_PARAMETERS \
  long steps, int count, const double *restrict log_price, long offset, double kept, \
  double *restrict displacement, const double *restrict factors, double *restrict price, \
  double *restrict lowest, double *restrict weights, double *restrict room, \
  const double *log_low, const double *log_high, int assets, const int32_t *asset, \
  const double *scale, int groups, const int32_t *debt_asset, const double *debt_scale, \
  int several, double slack, float *low, float *high, float *debt_low, float *debt_high, \
  long blocks, const float *rows, int has_upper, const int32_t *block_groups, float floor, \
  uint16_t *restrict masks, int *restrict marked

// Where the number of prices is a constant, the compiler keeps a step's in one register.
CK_INLINE long ck_pass_quiet(CK_QUIET_PARAMETERS) {
  // Log prices of a stretch, [step][asset], and the prices; displacements after each of its steps; the
  // least and the largest log prices of it, and the prices.
  double *restrict ahead = room, *restrict prices = ahead + CK_STRETCH_STEPS * count;
  double *restrict left = prices + CK_STRETCH_STEPS * count;
  double *restrict ends = left + (CK_STRETCH_STEPS + 1) * count, *restrict extremes = ends + 2 * count;
  // What turns a price into a coordinate.
  double *restrict price_scale = extremes + 2 * count, *restrict owed_scale = price_scale + count;
  const long size = (long)(assets + CK_WATCH_LEVELS) * CK_WATCH_LANES;
  for (int i = 0; i < assets; i++)
    price_scale[i] = factors[3 * asset[i]] * factors[3 * asset[i] + 1] * scale[i];
  for (int g = 0; g < groups; g++) owed_scale[g] = factors[3 * debt_asset[g] + 2] * debt_scale[g];
  *marked = 0;
  for (long start = 0; start < steps;) {
    long stretch = steps - start < CK_STRETCH_STEPS ? steps - start : CK_STRETCH_STEPS;
    const double *now = log_price + offset + start * count;
    for (int i = 0; i < count; i++) left[i] = displacement[i];
    for (long step = 0; step < stretch; step++)
      for (int i = 0; i < count; i++) {
        ahead[step * count + i] = now[step * count + i] - left[step * count + i];
        left[(step + 1) * count + i] = left[step * count + i] * kept;
      }
    long inside = stretch;
    ck_extremes(inside, count, ahead, ends, ends + count);
    if (!ck_all_inside(count, ends, log_low, log_high) ||
        !ck_all_inside(count, ends + count, log_low, log_high)) {
      // Only up to the first step outside the box.
      for (inside = 0; inside < stretch; inside++)
        if (!ck_all_inside(count, ahead + inside * count, log_low, log_high)) break;
      ck_extremes(inside, count, ahead, ends, ends + count);
    }
    // Whoever stays within its levels at the corners of the stretch does so at each of its steps.
    ck_exp_all(2L * count, ends, extremes);
    ck_place(1, 0, assets, asset, price_scale, groups, debt_asset, owed_scale, extremes,
             extremes + count, several, slack, low, high, debt_low, debt_high);
    long stop = inside;
    if (inside && ck_watch_blocks(blocks, assets, rows, has_upper, block_groups, 0, 0, 0, low, high,
                                  debt_low, debt_high, floor, masks)) {
      ck_exp_all(inside * count, ahead, prices);
      for (stop = 0; stop < inside; stop++) {
        const double *at = prices + stop * count;
        ck_place(1, 0, assets, asset, price_scale, groups, debt_asset, owed_scale, at, at, several,
                 slack, low, 0, debt_low, debt_high);
        for (long block = 0; block < blocks; block++) {
          if (!masks[block]) continue;
          uint16_t mask;
          ck_watch_blocks(1, assets, rows + block * size, has_upper, block_groups + 2 * block, 0, 0,
                          0, low, 0, debt_low, debt_high, floor, &mask);
          // From the first one found on, the masks are those of this step.
          if (mask && !*marked) {
            *marked = 1;
            for (long before = 0; before < block; before++) masks[before] = 0;
          }
          if (*marked) masks[block] = mask;
        }
        if (*marked) break;
      }
    }
    long passed = stop < stretch ? stop + 1 : stretch;
    for (long step = 0; step < passed; step++)
      for (int i = 0; i < count; i++) {
        double value = ahead[step * count + i];
        lowest[i] = value < lowest[i] ? value : lowest[i];
      }
    for (int i = 0; i < count; i++) displacement[i] = left[stop * count + i];
    start += stop;
    if (stop < stretch || start == steps) {
      ck_exp_all(count, ahead + (passed - 1) * count, price);
      ck_weigh(count, factors, price, weights);
      return start;
    }
  }
  return steps;
}

CK_KERNEL long CK_NAME(ck_watch_quiet)(CK_QUIET_PARAMETERS) {
  // As a constant in one call, as a variable in the other.
#define CK_PASS(count)                                                                           \
  ck_pass_quiet(steps, count, log_price, offset, kept, displacement, factors, price, lowest,     \
                weights, room, log_low, log_high, assets, asset, scale, groups, debt_asset,      \
                debt_scale, several, slack, low, high, debt_low, debt_high, blocks, rows,        \
                has_upper, block_groups, floor, masks, marked)
  return count == CK_LANES ? CK_PASS(CK_LANES) : CK_PASS(count);
#undef CK_PASS
#undef CK_QUIET_PARAMETERS
}
