#include "ckernels.h"
#include "clones.h"

#include "bodies/watch.h"

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

void ck_watch_copy(int rows, const double *from, double *to) {
  for (int row = 0; row < rows; row++) to[row * CK_LANES] = from[row * CK_LANES];
}
