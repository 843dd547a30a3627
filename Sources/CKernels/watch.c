#include "ckernels.h"
#include "clones.h"

#include "bodies/watch.h"

int ck_inside(long count, const double *values, const double *low, const double *high) {
  return ck_all_inside(count, values, low, high);
}

void ck_watch_place(int assets, const int32_t *asset, int groups, const int32_t *debt_asset,
                    const double *weights, int several, const double *start_debt, double slack,
                    double *low, double *debt_low, double *debt_high) {
  ck_place(assets, asset, groups, debt_asset, weights, weights, several, start_debt, slack, low, 0,
           debt_low, debt_high);
}

void ck_watch_copy(int rows, const double *from, double *to) {
  for (int row = 0; row < rows; row++) to[row * CK_LANES] = from[row * CK_LANES];
}

long ck_watch_copy_marked(long blocks, int rows, const double *from, const int32_t *groups,
                          const uint8_t *masks, const int32_t *accounts, int32_t *open_slot,
                          long room, double *to, int32_t *to_groups, int32_t *to_accounts,
                          int32_t *slots) {
  long used = 0, size = (long)rows * CK_LANES;
  for (long block = 0; block < blocks; block++) {
    for (int mask = masks[block]; mask; mask &= mask - 1) {
      int lane = __builtin_ctz(mask);
      int32_t account = accounts[block * CK_LANES + lane], group = groups[block];
      if (account < 0) continue;
      long slot = open_slot[group];
      if (slot % CK_LANES == 0) {
        // The group's block is full, or it has none yet.
        if (used == room) return -1;
        slot = used * CK_LANES;
        to_groups[used] = group;
        double *fresh = to + used * size;
        for (long i = 0; i < size - CK_LANES; i++) fresh[i] = 0.0;
        for (long i = size - CK_LANES; i < size; i++) fresh[i] = __builtin_inf();
        for (int i = 0; i < CK_LANES; i++) to_accounts[slot + i] = -1;
        used++;
      }
      open_slot[group] = (int32_t)(slot + 1);
      to_accounts[slot] = account;
      slots[account] = (int32_t)slot;
      ck_watch_copy(rows, from + block * size + lane,
                    to + slot / CK_LANES * size + slot % CK_LANES);
    }
  }
  return used;
}
