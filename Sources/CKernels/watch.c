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

long ck_watch_copy_marked(long blocks, int rows, const float *from, const int32_t *groups,
                          const uint16_t *masks, const int32_t *accounts, int32_t *open_slot,
                          long room, float *to, int32_t *to_groups, int32_t *to_accounts,
                          int32_t *slots) {
  long used = 0, size = (long)rows * CK_WATCH_LANES;
  for (long block = 0; block < blocks; block++) {
    for (int mask = masks[block]; mask; mask &= mask - 1) {
      int lane = __builtin_ctz(mask);
      int32_t account = accounts[block * CK_WATCH_LANES + lane];
      int32_t group = groups[2 * block + lane / CK_WATCH_HALF];
      if (account < 0) continue;
      long slot = open_slot[group];
      if (slot % CK_WATCH_HALF == 0) {
        // The group's half of a block is full, or it has none yet.
        if (used == room) return -1;
        slot = used * CK_WATCH_HALF;
        if (used % 2 == 0) {
          float *fresh = to + used / 2 * size;
          for (long i = 0; i < size - CK_WATCH_LANES; i++) fresh[i] = 0.0f;
          for (long i = size - CK_WATCH_LANES; i < size; i++) fresh[i] = __builtin_inff();
          for (int i = 0; i < CK_WATCH_LANES && rows > CK_WATCH_LEVELS; i++) fresh[i] = CK_WATCH_PLENTY;
          for (int i = 0; i < CK_WATCH_LANES; i++) to_accounts[slot + i] = -1;
          to_groups[used + 1] = 0;
        }
        to_groups[used++] = group;
      }
      open_slot[group] = (int32_t)(slot + 1);
      to_accounts[slot] = account;
      slots[account] = (int32_t)slot;
      ck_watch_copy(rows, from + block * size + lane,
                    to + slot / CK_WATCH_LANES * size + slot % CK_WATCH_LANES);
    }
  }
  return used;
}
