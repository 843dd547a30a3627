#pragma once
#include <stdint.h>

// Numeric kernels. No function here reads or writes anything but its arguments, none contracts a
// product and a sum into one rounding, and none reorders a sum: every clone gives the same bits.

// A tile holds 8 paths (lanes) by 256 steps. Its columns are ordered [step][lane], and lane l of a
// tile that begins at path p (a multiple of 8) is path p + l, so that a path's numbers do not
// depend on the block in which it is made.
#define CK_LANES 8
#define CK_TILE_STEPS 256
#define CK_TILE_COLUMNS 2048

// One block of Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): counter and key in, four words out.
void ck_philox4x32(uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint32_t k0, uint32_t k1,
                   uint32_t out[4]);

// Standard normals by Box and Muller (1958), the first `steps` steps of normals[row][CK_TILE_COLUMNS].
// Rows 2k and 2k + 1 come from the counter (path, step, k, stream). `rows` is even.
void ck_normal_tile(uint64_t seed, uint32_t first_path, uint32_t first_step, int steps,
                    uint32_t stream, int rows, double *normals);

// A quantile function is tabulated against the smaller tail probability, min(u, 1 - u), in cells
// between which floating-point numbers change their exponent or their leading 4 mantissa bits:
// table[side][octave][cell][coefficient], side 0 for u below 1/2, octave o from 2^(o - 53) on. Inside
// a cell the place t runs over [0, 1), and the value is the polynomial with these coefficients,
// that of t^0 first.
#define CK_TABLE_OCTAVES 52
#define CK_TABLE_CELL_BITS 4
#define CK_TABLE_CELLS 16
#define CK_TABLE_COEFFICIENTS 6

// Draws from a tabulated law, one uniform each: the first `steps` steps of draws[CK_TILE_COLUMNS].
// The uniform is words 0 and 1 of the counter (path, step, 0, stream).
void ck_tabulated_tile(uint64_t seed, uint32_t first_path, uint32_t first_step, int steps,
                       uint32_t stream, const double *table, double *draws);

// Running sums along the first `steps` steps of moves[asset][CK_TILE_COLUMNS], beginning and ending
// in state[asset][CK_LANES]: each step adds drift[asset] + scale[column] * move, where a null `scale`
// means one. Lanes [first_lane, end_lane) of the sums, clamped to [-limit, limit], go to
// out[path][step][asset], `path_stride` doubles apart. Returns how many of the written values were
// beyond the limit. A NaN is written as it is and not counted.
long ck_walk_tile(int assets, int steps, int first_lane, int end_lane, const double *drift,
                  const double *scale, double limit, const double *moves, double *state,
                  double *out, long path_stride);

// A unit exponential, -ln u with the uniform of words 0 and 1 of the counter (path, index, draw, stream).
double ck_exponential(uint64_t seed, uint32_t path, uint32_t index, uint32_t draw,
                      uint32_t stream);

// out[i] = ck_exponential(seed, path, first_index + i, draw, stream).
void ck_exponentials(uint64_t seed, uint32_t path, uint32_t first_index, uint32_t draw,
                     uint32_t stream, long count, double *out);

// out[i] = e^x[i]; x is first clamped to [-708, 709]. Error below 1 ulp. NaN gives NaN.
void ck_exp(long count, const double *x, double *out);

// out[i] = ln x[i] for positive normal x. Error below 1 ulp.
void ck_log(long count, const double *x, double *out);

// sine[i] = sin(2 pi u[i]), cosine[i] = cos(2 pi u[i]) for u in [0, 1]. Error below 2 ulp.
void ck_sincos_turns(long count, const double *u, double *sine, double *cosine);

// The first index whose value is not finite, or `count`.
long ck_first_non_finite(long count, const double *values);

// The health scan. Account a owns the legs leg_start[a] to leg_start[a + 1]; leg l adds
// supplied[l] * weights[asset[l]][0] to threshold[a] and borrowed[l] * weights[asset[l]][1] to
// debt[a], in leg order. Writes the accounts with threshold < debt to `unhealthy`, ascending (room
// for `accounts` + 1 entries; those beyond the count are spoiled), and returns how many they are.
long ck_health_scan(long accounts, const int32_t *leg_start, const int32_t *leg_asset,
                    const double *supplied, const double *borrowed, const double *weights,
                    double *threshold, double *debt, int32_t *unhealthy);

// The same for some accounts, in the order in which they are listed; `unhealthy` has room for one more than
// they are. Null `threshold` and `debt` are not written.
long ck_health_scan_some(long count, const int32_t *accounts, const int32_t *leg_start,
                         const int32_t *leg_asset, const double *supplied, const double *borrowed,
                         const double *weights, double *threshold, double *debt,
                         int32_t *unhealthy);

// The watch test of blocks of sixteen accounts (lanes), of which each half of eight owes one group of
// assets. A block has `assets` + CK_WATCH_LEVELS rows of sixteen: what an account holds of each asset as
// a share of what it owes, its lower and its upper level. An account is asked for when
//   sum of amounts * low  <  max(lower, floor) * debt_high[group], or, with has_upper,
//   sum of amounts * high >=  upper * debt_low[group],
// the group being groups[2 b] or groups[2 b + 1]. A value that is not a number asks, too. Sets the lane's
// bit of masks[b] for those, and returns how many blocks have any. With keys[b][2] (may be null) a block
// is passed over when both exceed key_limit and floor_limit. A null `high` means that both corners are
// the point `low`. Single precision: whoever fills rows and corners loosens them by more than the rounding
// of a sum of products, which is (assets + 5) * 2^-24.
#define CK_WATCH_LANES 16
#define CK_WATCH_HALF 8
#define CK_WATCH_LEVELS 2
// What whoever owes nothing holds as a share of its debt.
#define CK_WATCH_PLENTY 1e30f
long ck_watch(long blocks, int assets, const float *rows, int has_upper, const int32_t *groups,
              const double *keys, double key_limit, double floor_limit, const float *low,
              const float *high, const float *debt_low, const float *debt_high, float floor,
              uint16_t *masks);

// Whether low[i] <= values[i] <= high[i] for all i; a value that is not a number is not inside.
int ck_inside(long count, const double *values, const double *low, const double *high);

// One point of the watch test from weights[asset][2], the weight of a token supplied and of one owed:
// low[i] = weights[asset[i]][0] * scale[i], and debt_low[g], debt_high[g] = weights[debt_asset[g]][1] *
// debt_scale[g], loosened by `slack`. With `several`, entry `groups` takes the extremes of these.
void ck_watch_place(int assets, const int32_t *asset, const double *scale, int groups,
                    const int32_t *debt_asset, const double *debt_scale, const double *weights,
                    int several, double slack, float *low, float *debt_low, float *debt_high);

// Bounds on log prices within which both weights of a price, as ck_watch_quiet makes them, stay in a box.
void ck_watch_log_box(int count, const double *factors, const double *low, const double *high,
                      double *log_low, double *log_high);

// Steps along a course of prices until one asks for somebody. In each step, price[i] becomes
// e^(log_price[offset + step * count + i] - displacement[i]); the weights of a token supplied and owed
// become factors[i][0] * price * factors[i][1] and factors[i][2] * price; and unless the log prices leave
// the box, or ck_watch at their point marks somebody, displacement[i] is multiplied by `kept` and the next
// step follows. Returns how many steps passed; `marked` says whether masks are those of the step at which
// it stopped. lowest[i] keeps the smallest log price. `room` is for CK_QUIET_ROOM * count numbers, `low`
// to `debt_high` for a corner. Stretches of steps are tested at once at the corner of their prices, and
// step by step only those it marks.
#define CK_STRETCH_STEPS 16
#define CK_QUIET_ROOM 55
long ck_watch_quiet(long steps, int count, const double *log_price, long offset, double kept,
                    double *displacement, const double *factors, double *price,
                    double *lowest, double *weights, double *room, const double *log_low,
                    const double *log_high, int assets, const int32_t *asset, const double *scale,
                    int groups, const int32_t *debt_asset, const double *debt_scale, int several,
                    double slack, float *low, float *high, float *debt_low, float *debt_high,
                    long blocks, const float *rows, int has_upper, const int32_t *block_groups,
                    float floor, uint16_t *masks, int *marked);

// Copies one lane of `rows` rows of sixteen.
void ck_watch_copy(int rows, const float *from, float *to);

// The rows of `count` accounts, made anew from their legs (see ck_health_scan). Row k begins where row
// k - 1 ends and ends before entry ends[k]: for each asset of collateral its place among the list's
// assets and the share, supplied * collateral_start over the sum of borrowed * debt_start. Places are -1
// for assets that are none. The account belongs to group groups[k], that of its slot in a list with
// `list_groups`: a debt's place, or `several` for the sum of all. levels[k][2] become lower[k] and upper[k],
// but lower[k] is infinite for whoever must be asked always: it owes what is not in its group, or nothing
// below an upper level. health[k] is the sum of its shares, 0 where no such bound may rule it out: it is
// asked always, or has an upper level. Returns whether any upper level is finite.
int ck_watch_make_rows(long count, const int32_t *accounts, const int32_t *slots,
                       const int32_t *list_groups, const double *levels, const int32_t *leg_start,
                       const int32_t *leg_asset, const double *supplied, const double *borrowed,
                       const int32_t *collateral_place, const double *collateral_start,
                       const int32_t *debt_place, const double *debt_start, int32_t several,
                       int32_t *groups, float *lower, float *upper, int32_t *ends, int32_t *assets,
                       float *shares, double *health);

// Writes such rows into the slots of their accounts in a list of `rows` rows a block. Those whose slot
// is -1 are left out, and their numbers written to `unlisted`; returns how many they are. Memory is
// fetched so many rows `ahead`, which pays where the list is larger than the caches; 0 = not at all.
long ck_watch_write_rows(long count, const int32_t *accounts, const int32_t *slots,
                         const int32_t *ends, const int32_t *assets, const float *shares,
                         const float *lower, const float *upper, int rows, float *list,
                         int ahead, int32_t *unlisted);

// Packs the accounts marked in `masks` into new blocks of `rows` rows, eight a half and group, as they
// come. A half of which six or more are marked is copied whole: the others in it come along and are given
// slots, too. open_slot[group] begins at 0 and ends at the group's next free slot; what is left of a half
// holds account -1, a lot of the first asset, and infinity in its last row. slots[account] is set to the
// account's slot.
// Returns the number of halves written, -1 if they are more than `room`, which is even.
long ck_watch_copy_marked(long blocks, int rows, const float *from, const int32_t *groups,
                          const uint16_t *masks, const int32_t *accounts, int32_t *open_slot,
                          long room, float *to, int32_t *to_groups, int32_t *to_accounts,
                          int32_t *slots);
