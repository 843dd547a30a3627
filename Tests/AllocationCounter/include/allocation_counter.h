#pragma once

// Heap allocations (malloc, calloc, realloc, posix_memalign and aligned_alloc) that the calling
// thread has made so far; -1 where they cannot be counted, outside glibc.
long allocation_count(void);
