#include "ckernels.h"

// Both sums of an account in one register; two 64-bit lanes exist on every 64-bit processor.
typedef double ck_pair __attribute__((vector_size(16)));

long ck_health_scan(long accounts, const int32_t *restrict leg_start,
                    const int32_t *restrict leg_asset, const double *restrict supplied,
                    const double *restrict borrowed, const double *restrict weights,
                    double *restrict threshold, double *restrict debt,
                    int32_t *restrict unhealthy) {
#pragma STDC FP_CONTRACT OFF
  long count = 0;
  long leg = accounts > 0 ? leg_start[0] : 0;
  for (long account = 0; account < accounts; account++) {
    ck_pair sums = {0, 0};
    for (long end = leg_start[account + 1]; leg < end; leg++) {
      const double *weight = weights + 2 * (long)leg_asset[leg];
      ck_pair amounts = {supplied[leg], borrowed[leg]};
      sums += amounts * (ck_pair){weight[0], weight[1]};
    }
    threshold[account] = sums[0];
    debt[account] = sums[1];
    // Without a branch: the entry is overwritten by the next one unless it counts.
    unhealthy[count] = (int32_t)account;
    count += sums[0] < sums[1];
  }
  return count;
}
