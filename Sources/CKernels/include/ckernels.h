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

// The watch test of blocks of eight accounts (lanes) that owe one asset group each. A block has
// `assets` + CK_WATCH_LEVELS rows of eight: what the accounts hold of each asset, what they owe, their
// lower level (a ratio), and their upper one (a ratio times what they owe). An account is asked for when
//   sum of amounts * low  <  max(lower, floor) * owed * debt_high[groups[b]], or, with has_upper,
//   sum of amounts * high >=  upper * debt_low[groups[b]].
// A value that is not a number asks, too. Sets the lane's bit of masks[b] for those, and returns how many
// blocks have any. With keys[b][2] (may be null) a block is passed over when both exceed key_limit and
// floor_limit. A null `high` means that both corners are the point `low`.
#define CK_WATCH_LEVELS 3
long ck_watch(long blocks, int assets, const double *rows, int has_upper, const int32_t *groups,
              const double *keys, double key_limit, double floor_limit, const double *low,
              const double *high, const double *debt_low, const double *debt_high, double floor,
              uint8_t *masks);

// Whether low[i] <= values[i] <= high[i] for all i; a value that is not a number is not inside.
int ck_inside(long count, const double *values, const double *low, const double *high);

// One point of the watch test from weights[asset][2], the weight of a token supplied and of one owed:
// low[i] = weights[asset[i]][0], and debt_low[g], debt_high[g] = weights[debt_asset[g]][1], loosened by
// `slack`. With `several`, entry `groups` takes the extremes of the weights over start_debt[g].
void ck_watch_place(int assets, const int32_t *asset, int groups, const int32_t *debt_asset,
                    const double *weights, int several, const double *start_debt, double slack,
                    double *low, double *debt_low, double *debt_high);

// Steps along a course of prices until one asks for somebody. In each step, price[i] becomes
// exogenous[offset + step * count + i], times e^-displacement[i] if the prices are `moved`; the weights of
// a token supplied and owed become factors[i][0] * price * factors[i][1] and factors[i][2] * price; and
// unless these leave the box, or ck_watch at their point marks somebody, displacement[i] is multiplied by
// `kept` and the next step follows. Returns how many steps passed. lowest[i] keeps the smallest price.
// `room` is for (2 * CK_STRETCH_STEPS + 7) * count numbers, `low` to `debt_high` for a corner. Stretches of
// steps are tested at once at the corner of their prices, and step by step only those it marks.
#define CK_STRETCH_STEPS 16
long ck_watch_quiet(long steps, int count, const double *exogenous, long offset, int moved,
                    double kept, double *displacement, const double *factors, double *price,
                    double *lowest, double *weights, double *room, const double *box_low,
                    const double *box_high, int assets, const int32_t *asset, int groups,
                    const int32_t *debt_asset,
                    int several, const double *start_debt, double slack, double *low,
                    double *high, double *debt_low, double *debt_high, long blocks, const double *rows,
                    int has_upper, const int32_t *block_groups, double floor, uint8_t *masks);

// Copies one lane of `rows` rows of eight.
void ck_watch_copy(int rows, const double *from, double *to);

// Packs the accounts marked in `masks` into new blocks of `rows` rows, eight a block and group, as they
// come. open_slot[group] begins at 0 and ends at the group's next free slot; what is left of a block
// holds account -1, nothing, and infinity in its last row. slots[account] is set to the account's slot.
// Returns the number of blocks written, -1 if they are more than `room`.
long ck_watch_copy_marked(long blocks, int rows, const double *from, const int32_t *groups,
                          const uint8_t *masks, const int32_t *accounts, int32_t *open_slot,
                          long room, double *to, int32_t *to_groups, int32_t *to_accounts,
                          int32_t *slots);
