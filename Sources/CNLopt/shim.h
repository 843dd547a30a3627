#pragma once
// The optimisers behind `slipface calibrate`.
#include <nlopt.h>
