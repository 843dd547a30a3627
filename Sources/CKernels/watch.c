#include "ckernels.h"
#include "clones.h"

#include "bodies/watch.h"

int ck_inside(long count, const double *values, const double *low, const double *high) {
  return ck_all_inside(count, values, low, high);
}

void ck_watch_place(int assets, const int32_t *asset, const double *scale, int groups,
                    const int32_t *debt_asset, const double *debt_scale, const double *weights,
                    int several, double slack, float *low, float *debt_low, float *debt_high) {
  ck_place(2, 1, assets, asset, scale, groups, debt_asset, debt_scale, weights, weights, several,
           slack, low, 0, debt_low, debt_high);
}

// Where the rows of a slot begin in a list whose blocks have `size` entries.
#define CK_FIRST_ENTRY(slot, size) \
  ((unsigned long)(slot) / CK_WATCH_LANES * (unsigned long)(size) + \
   (unsigned long)(slot) % CK_WATCH_LANES)

CK_INLINE void ck_copy_lane(int rows, const float *from, float *to) {
  for (int row = 0; row < rows; row++) to[row * CK_WATCH_LANES] = from[row * CK_WATCH_LANES];
}

void ck_watch_copy(int rows, const float *from, float *to) {
  // As a constant, the number of rows needs no loop.
  if (rows == CK_LANES + CK_WATCH_LEVELS)
    ck_copy_lane(CK_LANES + CK_WATCH_LEVELS, from, to);
  else
    ck_copy_lane(rows, from, to);
}

int ck_watch_make_rows(long count, const int32_t *accounts, const int32_t *slots,
                       const int32_t *list_groups, const double *levels, const int32_t *leg_start,
                       const int32_t *leg_asset, const double *supplied, const double *borrowed,
                       const int32_t *collateral_place, const double *collateral_start,
                       const int32_t *debt_place, const double *debt_start, int32_t several,
                       int32_t *groups, float *lower, float *upper, int32_t *ends, int32_t *assets,
                       float *shares, double *health) {
  int32_t end = 0;
  int any_upper = 0;
  for (long row = 0; row < count; row++) {
    int32_t account = accounts[row];
    long first = leg_start[account], last = leg_start[account + 1];
    int32_t group = list_groups[slots[account] / CK_WATCH_HALF];
    // Worth of what it owes at the start's weights.
    double debt = 0.0, sum = 0.0;
    int asked = 0;
    for (long leg = first; leg < last; leg++) {
      if (!(borrowed[leg] > 0.0)) continue;
      int32_t place = debt_place[leg_asset[leg]];
      if (place >= 0 && (group == several || group == place))
        debt += borrowed[leg] * debt_start[place];
      else
        asked = 1;
    }
    for (long leg = first; leg < last; leg++) {
      int32_t place = collateral_place[leg_asset[leg]];
      if (place < 0) continue;
      double share =
          debt > 0.0 ? supplied[leg] * collateral_start[place] / debt : __builtin_inf();
      assets[end] = place;
      shares[end++] = share < CK_WATCH_PLENTY ? (float)share : CK_WATCH_PLENTY;
      sum += share;
    }
    groups[row] = group;
    ends[row] = end;
    upper[row] = (float)levels[2 * row + 1];
    int bounded = upper[row] < __builtin_inff();
    any_upper |= bounded;
    asked |= debt <= 0.0 && bounded;
    lower[row] = asked ? __builtin_inff() : (float)levels[2 * row];
    health[row] = asked || bounded ? 0.0 : sum;
  }
  return any_upper;
}

long ck_watch_write_rows(long count, const int32_t *accounts, const int32_t *slots,
                         const int32_t *ends, const int32_t *assets, const float *shares,
                         const float *lower, const float *upper, int rows, float *list,
                         int ahead, int32_t *unlisted) {
  long missing = 0;
  int32_t entry = 0;
  const long size = (long)rows * CK_WATCH_LANES, level = (long)(rows - 2) * CK_WATCH_LANES;
  for (long row = 0; row < count; row++) {
    long slot = slots[accounts[row]];
    if (slot < 0) {
      unlisted[missing++] = (int32_t)row;
      entry = ends[row];
      continue;
    }
    if (ahead && row + ahead < count && slots[accounts[row + ahead]] >= 0) {
      const float *next = list + CK_FIRST_ENTRY(slots[accounts[row + ahead]], size);
      for (int32_t e = ends[row + ahead - 1]; e < ends[row + ahead]; e++)
        __builtin_prefetch(next + assets[e] * CK_WATCH_LANES, 1);
      __builtin_prefetch(next + level, 1);
      __builtin_prefetch(next + level + CK_WATCH_LANES, 1);
    }
    float *to = list + CK_FIRST_ENTRY(slot, size);
    for (; entry < ends[row]; entry++) to[assets[entry] * CK_WATCH_LANES] = shares[entry];
    to[level] = lower[row];
    to[level + CK_WATCH_LANES] = upper[row];
  }
  return missing;
}

// From this many of the eight on, a half is copied whole: that is cheaper than as many lanes, and a list
// may hold more than it must.
#define CK_FULL_HALF 6

// An empty half: nobody in its lanes is ever marked.
CK_INLINE void ck_clear_half(int rows, float *to, int32_t *accounts) {
  for (int row = 0; row < rows; row++) {
    int is_first = row == 0 && rows > CK_WATCH_LEVELS;
    float value = row == rows - 1 ? __builtin_inff() : is_first ? CK_WATCH_PLENTY : 0.0f;
    *(ck_watched_half *)(to + row * CK_WATCH_LANES) = (ck_watched_half)value;
  }
  for (int lane = 0; lane < CK_WATCH_HALF; lane++) accounts[lane] = -1;
}

CK_INLINE void ck_copy_half(int rows, const float *from, const int32_t *accounts, float *to,
                            int32_t *to_accounts, long slot, int32_t *slots) {
  for (int row = 0; row < rows; row++)
    *(ck_watched_half *)(to + row * CK_WATCH_LANES) =
        *(const ck_watched_half *)(from + row * CK_WATCH_LANES);
  for (int lane = 0; lane < CK_WATCH_HALF; lane++) {
    to_accounts[lane] = accounts[lane];
    if (accounts[lane] >= 0) slots[accounts[lane]] = (int32_t)(slot + lane);
  }
}

// Where the number of rows is a constant, copying needs no loop.
CK_INLINE long ck_copy_marked(long blocks, int rows, const float *from, const int32_t *groups,
                              const uint16_t *masks, const int32_t *accounts, int32_t *open_slot,
                              long room, float *to, int32_t *to_groups, int32_t *to_accounts,
                              int32_t *slots) {
  long used = 0;
  const long size = (long)rows * CK_WATCH_LANES;
  for (long block = 0; block < blocks; block++) {
    if (!masks[block]) continue;
    for (int half = 0; half < 2; half++) {
      int mask = masks[block] >> half * CK_WATCH_HALF & 0xff;
      int32_t group = groups[2 * block + half];
      const float *source = from + block * size + half * CK_WATCH_HALF;
      const int32_t *names = accounts + block * CK_WATCH_LANES + half * CK_WATCH_HALF;
      if (__builtin_popcount(mask) >= CK_FULL_HALF) {
        if (used == room) return -1;
        long slot = used * CK_WATCH_HALF;
        ck_copy_half(rows, source, names, to + CK_FIRST_ENTRY(slot, size), to_accounts + slot, slot,
                     slots);
        to_groups[used++] = group;
        continue;
      }
      for (; mask; mask &= mask - 1) {
        int lane = __builtin_ctz(mask);
        if (names[lane] < 0) continue;
        long slot = open_slot[group];
        if ((slot & (CK_WATCH_HALF - 1)) == 0) {
          // The group's open half is full, or it has none yet.
          if (used == room) return -1;
          slot = used * CK_WATCH_HALF;
          ck_clear_half(rows, to + CK_FIRST_ENTRY(slot, size), to_accounts + slot);
          to_groups[used++] = group;
        }
        open_slot[group] = (int32_t)(slot + 1);
        to_accounts[slot] = names[lane];
        slots[names[lane]] = (int32_t)slot;
        ck_copy_lane(rows, source + lane, to + CK_FIRST_ENTRY(slot, size));
      }
    }
  }
  if (used % 2) {
    long slot = used * CK_WATCH_HALF;
    ck_clear_half(rows, to + CK_FIRST_ENTRY(slot, size), to_accounts + slot);
    to_groups[used] = 0;
  }
  return used;
}

long ck_watch_copy_marked(long blocks, int rows, const float *from, const int32_t *groups,
                          const uint16_t *masks, const int32_t *accounts, int32_t *open_slot,
                          long room, float *to, int32_t *to_groups, int32_t *to_accounts,
                          int32_t *slots) {
  return rows == CK_LANES + CK_WATCH_LEVELS
             ? ck_copy_marked(blocks, CK_LANES + CK_WATCH_LEVELS, from, groups, masks, accounts,
                              open_slot, room, to, to_groups, to_accounts, slots)
             : ck_copy_marked(blocks, rows, from, groups, masks, accounts, open_slot, room, to,
                              to_groups, to_accounts, slots);
}
