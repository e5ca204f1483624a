/* SPDX-License-Identifier: MIT */
/** @file session/trust.h The trusted CA certificates, copied anew when their file has changed. */
#ifndef CLI_TRUST_H
#define CLI_TRUST_H

#include <pgtask_posix.h>

#include <sys/stat.h>

/** A copy of the file's text, in pages of the system: nobody can write to it. */
struct trust_text {
    char *bytes; /**< NULL: there is none */
    size_t length;
};

/** The caller places it, all zero. */
struct trust {
    struct trust_text text; /**< in use */
    size_t at;              /**< of it, for the next certificate */
    struct pgtask_pem pem;
    uint8_t der[PGTASK_PEM_ROOT_BYTES];
    struct pgtask_posix_roots file; /**< open only while it is copied */
    char const *wanted_path;        /**< NULL: the system's bundle */
    char const *path;               /**< of the file in use */
    struct stat seen; /**< of the file that was looked at last; all zero: there was none */
    uint32_t damaged; /**< certificates in `text` that are passed over, as the last walk found */
    uint64_t look_ms; /**< when trust_look() looks next */
};

enum trust_news {
    TRUST_SAME,   /**< nothing new */
    TRUST_NEW,    /**< the certificates were read again */
    TRUST_BROKEN, /**< the file has no certificate now, or half of one; those in use stay */
};

/** What to report of TRUST_NEW and TRUST_BROKEN, as a form for the path. */
#define TRUST_FORM_NEW "the CA certificates were read again: %s"
#define TRUST_FORM_BROKEN                                                                          \
    "%s: this file cannot be opened, has no certificate in PEM form, or ends within one; the "     \
    "present CA certificates stay in use"

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
