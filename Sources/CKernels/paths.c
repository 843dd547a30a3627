#include "ckernels.h"
#include "elementary.h"

CK_KERNEL void ck_accumulate_tile(int assets, const double *drift, const double *restrict scale,
                                  double *restrict state, double *restrict moves) {
  for (int asset = 0; asset < assets; asset++) {
    double *restrict sum = state + (long)asset * CK_LANES;
    double *restrict row = moves + (long)asset * CK_TILE_COLUMNS;
    double constant = drift[asset];
    for (int step = 0; step < CK_TILE_STEPS; step++)
#pragma clang loop vectorize(enable)
      for (int lane = 0; lane < CK_LANES; lane++) {
        int column = step * CK_LANES + lane;
        double move = scale ? scale[column] * row[column] : row[column];
        sum[lane] = sum[lane] + (constant + move);
        row[column] = sum[lane];
      }
  }
}

// Copies lanes [first_lane, end_lane) from [asset][step][lane] to [path][step][asset].
CK_INLINE void ck_transpose(int assets, int steps, int first_lane, int end_lane,
                            const double *restrict sums, double *restrict out, long path_stride) {
  for (int step = 0; step < steps; step++)
    for (int asset = 0; asset < assets; asset++) {
      const double *column = sums + (long)asset * CK_TILE_COLUMNS + step * CK_LANES;
      double *entry = out + (long)step * assets + asset;
      for (int lane = first_lane; lane < end_lane; lane++)
        entry[(lane - first_lane) * path_stride] = column[lane];
    }
}

CK_KERNEL long ck_store_tile(int assets, int steps, int first_lane, int end_lane, double limit,
                             double *restrict sums, double *restrict out, long path_stride) {
  long beyond = 0;
  for (int asset = 0; asset < assets; asset++) {
    double *restrict row = sums + (long)asset * CK_TILE_COLUMNS;
    int columns = steps * CK_LANES;
    int64_t outside = 0;
    for (int column = 0; column < columns; column++)
      outside |= (row[column] < -limit) | (row[column] > limit);
    if (!outside) continue;
    for (int column = 0; column < columns; column++) {
      int low = row[column] < -limit, high = row[column] > limit;
      int lane = column % CK_LANES;
      if (lane >= first_lane && lane < end_lane) beyond += low | high;
      if (low) row[column] = -limit;
      if (high) row[column] = limit;
    }
  }
  if (first_lane == 0 && end_lane == CK_LANES)
    ck_transpose(assets, steps, 0, CK_LANES, sums, out, path_stride);
  else
    ck_transpose(assets, steps, first_lane, end_lane, sums, out, path_stride);
  return beyond;
}
