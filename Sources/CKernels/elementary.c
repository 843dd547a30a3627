#include "ckernels.h"
#include "clones.h"

#include "bodies/elementary.h"
