/* SPDX-License-Identifier: MIT */
/*
 * The new file is opened beside the one in use, and takes its place only if it has a certificate.
 * A file that was replaced stays readable as long as it is open.
 */
#include "session/trust.h"

#include <string.h>

enum { LOOK_MS = 2000 };

static enum pgtask_error next_root(void *context, bool restart, struct pgtask_root *root)
{
    struct trust *const trust = context;
    struct pgtask_roots const *const roots = &trust->roots[trust->current];

    return roots->next(roots->context, restart, root);
}

/* All zero if there is no file. */
static struct stat look_at(char const *path)
{
    struct stat facts;

    if (stat(path, &facts) != 0) {
        memset(&facts, 0, sizeof facts);
    }
    return facts;
}

static bool is_same_time(struct timespec one, struct timespec other)
{
    return one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec;
}

/* Compares the facts that change when a file is replaced or written. */
static bool is_same_file(struct stat const *one, struct stat const *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino &&
           one->st_size == other->st_size && is_same_time(one->st_mtim, other->st_mtim) &&
           is_same_time(one->st_ctim, other->st_ctim);
}

/* Opens the file beside the one in use. */
static bool open_beside(struct trust *trust, unsigned place)
{
    return pgtask_posix_roots_open(&trust->stores[place], trust->path, &trust->roots[place]) ==
           PGTASK_OK;
}

bool trust_open(struct trust *trust, char const *path, struct pgtask_roots *roots)
{
    trust->path = path;
    trust->is_open = open_beside(trust, trust->current);
    if (!trust->is_open) {
        return false;
    }
    trust->seen = look_at(trust_path(trust));
    *roots = (struct pgtask_roots){.next = next_root, .context = trust};
    return true;
}

enum trust_news trust_look(struct trust *trust, uint64_t now_ms, bool is_asked)
{
    unsigned const other = 1 - trust->current;

    if (!is_asked && now_ms < trust->look_ms) {
        return TRUST_SAME;
    }
    trust->look_ms = now_ms + LOOK_MS;
    struct stat const now = look_at(trust_path(trust));
    if (!is_asked && is_same_file(&now, &trust->seen)) {
        return TRUST_SAME;
    }
    trust->seen = now;
    if (!open_beside(trust, other)) {
        return TRUST_BROKEN;
    }
    pgtask_posix_roots_close(&trust->stores[trust->current]);
    trust->current = other;
    return TRUST_NEW;
}

char const *trust_path(struct trust const *trust)
{
    return trust->stores[trust->current].path;
}

void trust_close(struct trust *trust)
{
    if (trust->is_open) {
        pgtask_posix_roots_close(&trust->stores[trust->current]);
        trust->is_open = false;
    }
}
