// The kernels' bodies and their table, for who defines CK_KERNEL.
#include "kernel_levels.h"
#include "level.h"

#define CK_NAME(name) level_##name

#include "bodies/elementary.h"
#include "bodies/paths.h"
#include "bodies/variates.h"
#include "bodies/watch.h"

static const kernel_level level = {
    .exp = level_ck_exp,
    .log = level_ck_log,
    .sincos_turns = level_ck_sincos_turns,
    .first_non_finite = level_ck_first_non_finite,
    .normal_tile = level_ck_normal_tile,
    .tabulated_tile = level_ck_tabulated_tile,
    .exponentials = level_ck_exponentials,
    .walk_tile = level_ck_walk_tile,
    .watch = level_ck_watch,
    .watch_log_box = level_ck_watch_log_box,
    .watch_quiet = level_ck_watch_quiet,
};
