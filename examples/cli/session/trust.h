/* SPDX-License-Identifier: MIT */
/** @file session/trust.h The trusted CA certificates, read anew when their file has changed. */
#ifndef CLI_TRUST_H
#define CLI_TRUST_H

#include <pgtask_posix.h>

#include <sys/stat.h>

/** The caller places it, all zero. The library reads certificates from one file at a time. */
struct trust {
    struct pgtask_posix_roots stores[2];
    struct pgtask_roots roots[2];
    unsigned current; /**< which of the two is in use */
    bool is_open;     /**< there is one in use */
    char const *path; /**< NULL: the system's bundle */
    struct stat seen; /**< of the file that was looked at last; all zero: there was none */
    uint64_t look_ms; /**< when trust_look() looks next */
};

enum trust_news {
    TRUST_SAME,   /**< nothing new */
    TRUST_NEW,    /**< the certificates were read again */
    TRUST_BROKEN, /**< the file has no certificate now; those in use stay */
};

/**
 * Opens the file.
 * @param path   stays; NULL: the system's bundle
 * @param roots  set on success: those in use, for struct pgtask_config
 * @return false if it cannot be opened or has no certificate
 */
bool trust_open(struct trust *trust, char const *path, struct pgtask_roots *roots);

/**
 * Looks at the file, at most every 2 s, and reads it if it has changed. Call it between two
 * listings.
 * @param is_asked  look and read in any case
 */
enum trust_news trust_look(struct trust *trust, uint64_t now_ms, bool is_asked);

/** @return the path of the file in use */
char const *trust_path(struct trust const *trust);

void trust_close(struct trust *trust);

#endif
