/* SPDX-License-Identifier: MIT */
/* A file of trusted roots in PEM, read through a small window, one certificate at a time. */
#include "pgtask_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns 1 if `text` has unread bytes, 0 at the end of the file, -1 if the file cannot be read. */
static int fill(struct pgtask_posix_roots *store)
{
    ssize_t got;

    if (store->at < store->length) {
        return 1;
    }
    do {
        got = read(store->descriptor, store->text, sizeof store->text);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        return (int)got;
    }
    store->at = 0;
    store->length = (size_t)got;
    return 1;
}

static enum pgtask_error next_root(void *context, bool restart, struct pgtask_root *root)
{
    struct pgtask_posix_roots *const store = context;
    size_t used;
    int filled;

    if (restart) {
        store->at = store->length = 0;
        pgtask_pem_begin(&store->pem, store->der, sizeof store->der);
        if (lseek(store->descriptor, 0, SEEK_SET) != 0) {
            return PGTASK_ERROR_TLS_ROOTS;
        }
    }
    while ((filled = fill(store)) == 1) {
        enum pgtask_error const error = pgtask_pem_feed(&store->pem, store->text + store->at,
                                                        store->length - store->at, &used, root);

        store->at += used;
        if (error == PGTASK_OK) {
            return PGTASK_OK;
        }
    }
    if (filled < 0) {
        return PGTASK_ERROR_TLS_ROOTS;
    }
    return pgtask_pem_feed(&store->pem, "\n", 1, &used, root) == PGTASK_OK ? PGTASK_OK
                                                                           : PGTASK_DONE;
}

/* O_NONBLOCK lets open() return at once, even from a FIFO that nobody writes to. */
static bool open_file(struct pgtask_posix_roots *store, char const *path)
{
    struct pgtask_root root;
    struct stat facts;

    store->path = path;
    store->descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (store->descriptor < 0) {
        return false;
    }
    if (fstat(store->descriptor, &facts) != 0 || !S_ISREG(facts.st_mode) ||
        next_root(store, true, &root) != PGTASK_OK) {
        pgtask_posix_roots_close(store);
        return false;
    }
    return true;
}

enum pgtask_error pgtask_posix_roots_open(struct pgtask_posix_roots *store, char const *path,
                                          struct pgtask_roots *roots)
{
    static char const *const bundles[] = {
        "/etc/ssl/certs/ca-certificates.crt", /* Debian, Alpine, OpenWrt */
        "/etc/pki/tls/certs/ca-bundle.crt",   /* Red Hat */
        "/etc/ssl/ca-bundle.pem",             /* SUSE */
        "/etc/ssl/cert.pem",                  /* Alpine without its bundle, OpenWrt */
    };
    bool opened = false;

    if (path != NULL) {
        opened = open_file(store, path);
    }
    for (size_t i = 0; path == NULL && !opened && i < sizeof bundles / sizeof bundles[0]; i++) {
        opened = open_file(store, bundles[i]);
    }
    if (!opened) {
        return PGTASK_ERROR_TLS_ROOTS;
    }
    *roots = (struct pgtask_roots){.next = next_root, .context = store};
    return PGTASK_OK;
}

void pgtask_posix_roots_close(struct pgtask_posix_roots *store)
{
    if (store->descriptor >= 0) {
        (void)close(store->descriptor);
        store->descriptor = -1;
    }
}
