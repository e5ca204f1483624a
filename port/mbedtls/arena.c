/* SPDX-License-Identifier: MIT */
/* mbedTLS's memory: one static array, so that it needs no heap. */
#include <pgtask/tls.h>

#include "pgtask_mbedtls.h"

#if PGTASK_MBEDTLS_IS_OWN

#include <mbedtls/ecp.h>
#include <mbedtls/memory_buffer_alloc.h>
#include <mbedtls/platform.h>

/* mbedTLS's contexts and block headers are mostly pointers, so a 64-bit host needs more. On Unix, a
 * program may have a second connection, such as one to the service that gives it keys. */
#ifndef PGTASK_ARENA_BYTES
#ifdef __unix__
#define PGTASK_ARENA_BYTES 131072
#elif UINTPTR_MAX > UINT32_MAX
#define PGTASK_ARENA_BYTES 65536
#else
#define PGTASK_ARENA_BYTES 49152
#endif
#endif

/* memory_buffer_alloc.c keeps a header before each block and leaves it out of its figures. */
#define HEADER_BYTES (8 * sizeof(size_t))

static union {
    uint64_t alignment;
    uint8_t bytes[PGTASK_ARENA_BYTES];
} arena;
static bool is_ready;

/* mbedTLS calls this when the arena is corrupt. Then nothing can be trusted any more. */
static void halt(int status)
{
    (void)status;
    __builtin_trap();
}

void pgtask_arena_setup(void)
{
    if (!is_ready) {
        mbedtls_memory_buffer_alloc_init(arena.bytes, sizeof arena.bytes);
        (void)mbedtls_platform_set_exit(halt);
        mbedtls_ecp_set_max_ops(PGTASK_ECP_MAX_OPS);
        is_ready = true;
    }
}

void pgtask_arena_measure(struct pgtask_arena_use *use)
{
    size_t bytes = 0;
    size_t blocks = 0;

    pgtask_arena_setup();
    use->capacity = sizeof arena.bytes;
#if defined(MBEDTLS_MEMORY_DEBUG)
    mbedtls_memory_buffer_alloc_cur_get(&bytes, &blocks);
#endif
    use->used = bytes + blocks * HEADER_BYTES;
#if defined(MBEDTLS_MEMORY_DEBUG)
    mbedtls_memory_buffer_alloc_max_get(&bytes, &blocks);
#endif
    use->peak = bytes + blocks * HEADER_BYTES;
}

#else

/* A stock mbedTLS takes its memory from the heap. */
void pgtask_arena_setup(void)
{
}

void pgtask_arena_measure(struct pgtask_arena_use *use)
{
    *use = (struct pgtask_arena_use){.capacity = 0};
}

#endif
