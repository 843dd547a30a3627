#include "ckernels.h"
#include "clones.h"

#include "bodies/variates.h"
