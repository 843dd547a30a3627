#pragma once
// CBLAS and the control calls come from OpenBLAS, LAPACKE from its own library.
#include <cblas.h>
#include <lapacke.h>
