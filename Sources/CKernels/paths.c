#include "ckernels.h"
#include "clones.h"

#include "bodies/paths.h"
