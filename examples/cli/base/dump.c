/* SPDX-License-Identifier: MIT */
/* A child of fork() inherits the mark, and execve() takes it away. */
#include "base/dump.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define UNDER_SANITIZER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER
#endif

#if defined(__linux__) && !defined(UNDER_SANITIZER)

#include <sys/prctl.h>

void dump_forbid(void)
{
    (void)prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
}

#else

void dump_forbid(void)
{
}

#endif
