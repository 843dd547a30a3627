#include "ckernels.h"

// Both sums of an account in one register; two 64-bit lanes exist on every 64-bit processor.
typedef double ck_pair __attribute__((vector_size(16)));

// Threshold-weighted collateral and debt of one account, in leg order.
static inline __attribute__((always_inline)) ck_pair ck_weigh_legs(
    long leg, long end, const int32_t *restrict leg_asset, const double *restrict supplied,
    const double *restrict borrowed, const double *restrict weights) {
#pragma STDC FP_CONTRACT OFF
  ck_pair sums = {0, 0};
  for (; leg < end; leg++) {
    const double *weight = weights + 2 * (long)leg_asset[leg];
    ck_pair amounts = {supplied[leg], borrowed[leg]};
    sums += amounts * (ck_pair){weight[0], weight[1]};
  }
  return sums;
}

long ck_health_scan(long accounts, const int32_t *restrict leg_start,
                    const int32_t *restrict leg_asset, const double *restrict supplied,
                    const double *restrict borrowed, const double *restrict weights,
                    double *restrict threshold, double *restrict debt,
                    int32_t *restrict unhealthy) {
  long count = 0, leg = accounts > 0 ? leg_start[0] : 0;
  for (long account = 0; account < accounts; account++) {
    long end = leg_start[account + 1];
    ck_pair sums = ck_weigh_legs(leg, end, leg_asset, supplied, borrowed, weights);
    leg = end;
    threshold[account] = sums[0];
    debt[account] = sums[1];
    // Without a branch: the entry is overwritten by the next one unless it counts.
    unhealthy[count] = (int32_t)account;
    count += sums[0] < sums[1];
  }
  return count;
}

// Accounts stand anywhere in the columns: their legs are fetched so many accounts ahead.
#define CK_LEGS_AHEAD 6

long ck_health_scan_some(long count, const int32_t *restrict accounts,
                         const int32_t *restrict leg_start, const int32_t *restrict leg_asset,
                         const double *restrict supplied, const double *restrict borrowed,
                         const double *restrict weights, double *restrict threshold,
                         double *restrict debt, int32_t *restrict unhealthy) {
  long found = 0;
  for (long index = 0; index < count; index++) {
    if (index + CK_LEGS_AHEAD < count) {
      long leg = leg_start[accounts[index + CK_LEGS_AHEAD]];
      __builtin_prefetch(leg_asset + leg);
      __builtin_prefetch(supplied + leg, 1);
      __builtin_prefetch(borrowed + leg, 1);
    }
    int32_t account = accounts[index];
    ck_pair sums = ck_weigh_legs(leg_start[account], leg_start[account + 1], leg_asset, supplied,
                                 borrowed, weights);
    if (threshold) threshold[account] = sums[0];
    if (debt) debt[account] = sums[1];
    unhealthy[found] = account;
    found += sums[0] < sums[1];
  }
  return found;
}
