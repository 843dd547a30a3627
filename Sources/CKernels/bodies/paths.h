#include "../elementary.h"

// One step of a group of assets, all lanes of an asset in one register.
typedef double ck_lanes __attribute__((vector_size(64), aligned(8)));
typedef int64_t ck_mask __attribute__((vector_size(64)));

#define CK_SELECT(mask, a, b) (ck_lanes)(((mask) & (ck_mask)(a)) | (~(mask) & (ck_mask)(b)))
#define CK_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

// Transposes the 8 x 8 entries x[asset][lane] to x[lane][asset]: pairs, then fours, then eights.
CK_INLINE void ck_transpose(ck_lanes x[8]) {
  ck_lanes y[8], z[8];
  for (int i = 0; i < 8; i += 2) {
    y[i] = CK_SHUFFLE(x[i], x[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    y[i + 1] = CK_SHUFFLE(x[i], x[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i += 4)
    for (int j = i; j < i + 2; j++) {
      z[j] = CK_SHUFFLE(y[j], y[j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      z[j + 2] = CK_SHUFFLE(y[j], y[j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int i = 0; i < 4; i++) {
    x[i] = CK_SHUFFLE(z[i], z[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    x[i + 4] = CK_SHUFFLE(z[i], z[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// The walk of `group` <= 8 assets. Where the group and the lanes are constants, the compiler keeps the
// sums in registers and, for eight assets, writes whole registers.
CK_INLINE long ck_walk_group(int group, int steps, int first_lane, int end_lane,
                             const double *drift, const double *restrict scale, double limit,
                             const double *restrict moves, double *restrict state,
                             double *restrict out, long step_stride, long path_stride) {
  ck_lanes sum[8];
  ck_mask beyond = {0};
  ck_lanes highest = (ck_lanes){0} + limit, lowest = -highest;
  for (int asset = 0; asset < group; asset++)
    sum[asset] = ((const ck_lanes *)state)[asset];
  for (int step = 0; step < steps; step++) {
    ck_lanes written[8];
    ck_lanes factor = {1, 1, 1, 1, 1, 1, 1, 1};
    if (scale) factor = ((const ck_lanes *)scale)[step];
    for (int asset = 0; asset < group; asset++) {
      ck_lanes move = ((const ck_lanes *)(moves + (long)asset * CK_TILE_COLUMNS))[step];
      sum[asset] = sum[asset] + (drift[asset] + factor * move);
      ck_mask low = sum[asset] < -limit, high = sum[asset] > limit;
      beyond -= low | high;
      written[asset] = CK_SELECT(low, lowest, CK_SELECT(high, highest, sum[asset]));
    }
    double *row = out + step * step_stride;
    if (group == 8) {
      ck_transpose(written);
      for (int lane = first_lane; lane < end_lane; lane++)
        *(ck_lanes *)(row + (lane - first_lane) * path_stride) = written[lane];
    } else {
      const double *entries = (const double *)written;
      for (int lane = first_lane; lane < end_lane; lane++)
        for (int asset = 0; asset < group; asset++)
          row[(lane - first_lane) * path_stride + asset] = entries[asset * CK_LANES + lane];
    }
  }
  for (int asset = 0; asset < group; asset++) ((ck_lanes *)state)[asset] = sum[asset];
  long count = 0;
  for (int lane = first_lane; lane < end_lane; lane++) count += beyond[lane];
  return count;
}

#define CK_WHOLE_GROUP(group)                                                                     \
  case group:                                                                                     \
    beyond += ck_walk_group(group, steps, 0, CK_LANES, drift + first, scale, limit, rows, sums,   \
                            out + first, assets, path_stride);                                    \
    break

CK_KERNEL long CK_NAME(ck_walk_tile)(int assets, int steps, int first_lane, int end_lane,
                                     const double *drift, const double *restrict scale,
                                     double limit, const double *restrict moves,
                                     double *restrict state, double *restrict out,
                                     long path_stride) {
  long beyond = 0;
  int whole = first_lane == 0 && end_lane == CK_LANES;
  for (int first = 0; first < assets; first += 8) {
    int group = assets - first < 8 ? assets - first : 8;
    const double *rows = moves + (long)first * CK_TILE_COLUMNS;
    double *sums = state + (long)first * CK_LANES;
    switch (whole ? group : 0) {
      CK_WHOLE_GROUP(1);
      CK_WHOLE_GROUP(2);
      CK_WHOLE_GROUP(3);
      CK_WHOLE_GROUP(4);
      CK_WHOLE_GROUP(5);
      CK_WHOLE_GROUP(6);
      CK_WHOLE_GROUP(7);
      CK_WHOLE_GROUP(8);
      default:
        beyond += ck_walk_group(group, steps, first_lane, end_lane, drift + first, scale, limit,
                                rows, sums, out + first, assets, path_stride);
    }
  }
  return beyond;
}
