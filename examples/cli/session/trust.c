/* SPDX-License-Identifier: MIT */
/*
 * The certificates in use are a copy of their file, because somebody may write into the file while
 * this program verifies a server. The copy is memory of the system, as large as the file. A new
 * copy takes the place of the one in use only if its text is whole.
 */
/* For MAP_ANONYMOUS, which POSIX has only since 2024. The C library reads this name.
 * NOLINTNEXTLINE(bugprone-reserved-identifier) */
#define _DEFAULT_SOURCE

#include "session/trust.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LOOK_MS = 2000 };

/* A bundle of all public authorities has some 250 KB. */
enum { MOST_BYTES = 16 << 20 };

static enum pgtask_error next_root(void *context, bool restart, struct pgtask_root *root)
{
    struct trust *const trust = context;
    size_t used;
    enum pgtask_error error;

    if (restart) {
        trust->at = 0;
        pgtask_pem_begin(&trust->pem, trust->der, sizeof trust->der);
    }
    error = pgtask_pem_feed(&trust->pem, trust->text.bytes + trust->at,
                            trust->text.length - trust->at, &used, root);
    trust->at += used;
    if (error != PGTASK_OK) { /* the last line may have no end */
        error = pgtask_pem_feed(&trust->pem, "\n", 1, &used, root);
    }
    if (error == PGTASK_OK) {
        return PGTASK_OK;
    }
    trust->damaged = pgtask_pem_damaged(&trust->pem);
    return PGTASK_DONE;
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

static void drop(struct trust_text *text)
{
    if (text->bytes != NULL) {
        (void)munmap(text->bytes, text->length);
        text->bytes = NULL;
    }
}

/* @return whether `length` bytes could be read from the beginning of the file */
static bool read_all(int file, char *bytes, size_t length)
{
    size_t at = 0;

    while (at < length) {
        ssize_t const got = pread(file, bytes + at, length - at, (off_t)at);

        if (got > 0) {
            at += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

/* @return whether the file could be copied as long as it says it is */
static bool copy(int file, struct trust_text *text)
{
    struct stat facts;
    void *pages;

    if (fstat(file, &facts) != 0 || facts.st_size <= 0 || facts.st_size > MOST_BYTES) {
        return false;
    }
    text->length = (size_t)facts.st_size;
    pages = mmap(NULL, text->length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        return false;
    }
    text->bytes = pages;
    if (!read_all(file, text->bytes, text->length)) {
        drop(text);
        return false;
    }
    return true;
}

/* Opens the file, which has at least one certificate, and copies it. */
static bool copy_file(struct trust *trust, struct trust_text *text)
{
    struct pgtask_roots roots;
    bool is_copied;

    if (pgtask_posix_roots_open(&trust->file, trust->wanted_path, &roots) != PGTASK_OK) {
        return false;
    }
    is_copied = copy(trust->file.descriptor, text);
    pgtask_posix_roots_close(&trust->file);
    return is_copied;
}

/* @return whether no certificate is cut off: each line that begins one is followed by one that ends
 *         it */
static bool is_whole(struct trust_text const *text)
{
    static char const begin[] = "-----BEGIN";
    static char const end[] = "-----END";
    bool is_open = false;

    for (size_t i = 0; i < text->length; i++) {
        size_t const left = text->length - i;

        if (text->bytes[i] != '-') {
            continue;
        }
        if (left >= sizeof begin && memcmp(text->bytes + i, begin, sizeof begin - 1) == 0) {
            is_open = true;
        } else if (left >= sizeof end && memcmp(text->bytes + i, end, sizeof end - 1) == 0) {
            is_open = false;
        }
    }
    return !is_open;
}

bool trust_open(struct trust *trust, char const *path, struct pgtask_roots *roots)
{
    trust->wanted_path = path;
    if (!copy_file(trust, &trust->text)) {
        return false;
    }
    trust->path = trust->file.path;
    trust->seen = look_at(trust_path(trust));
    *roots = (struct pgtask_roots){.next = next_root, .context = trust};
    return true;
}

enum trust_news trust_look(struct trust *trust, uint64_t now_ms, bool is_asked)
{
    struct trust_text text = {NULL, 0};

    if (!is_asked && now_ms < trust->look_ms) {
        return TRUST_SAME;
    }
    trust->look_ms = now_ms + LOOK_MS;
    struct stat const now = look_at(trust_path(trust));
    if (!is_asked && is_same_file(&now, &trust->seen)) {
        return TRUST_SAME;
    }
    trust->seen = now;
    if (!copy_file(trust, &text)) {
        return TRUST_BROKEN;
    }
    if (!is_whole(&text)) {
        drop(&text);
        return TRUST_BROKEN;
    }
    drop(&trust->text);
    trust->text = text;
    trust->path = trust->file.path;
    return TRUST_NEW;
}

char const *trust_path(struct trust const *trust)
{
    return trust->path;
}

void trust_close(struct trust *trust)
{
    drop(&trust->text);
}
