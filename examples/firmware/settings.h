/* SPDX-License-Identifier: MIT */
/**
 * @file settings.h
 * The settings of one device: credentials, region, instance and trusted roots. They lie in a page
 * of flash of their own, so they can be replaced without building or flashing the program anew.
 * make_settings.py writes the page; board_settings() says where it is.
 *
 * The page has two copies of 8 KiB. The valid copy with the higher sequence number counts. New
 * settings go over the older copy, so a write that breaks off leaves the newer one as it was.
 * Numbers are little-endian. A copy is:
 *
 *     byte  bytes
 *     0     8       "pgtasks1": the format
 *     8     4       sequence number; odd in the first copy, even in the second one
 *     12    4       length of the fields, at most 8,144
 *     16    32      SHA-256 of bytes 0 to 15 and of the fields
 *     48    length  the fields, one after the other
 *
 * A field is its kind in 2 bytes, its length in 2 bytes, and so many bytes. A text is 1 or more
 * printable ASCII characters without blanks, and a NUL, which the length includes. Each kind of
 * text occurs at most once. A field of a kind that this build does not know makes the copy invalid,
 * because it may matter. The kinds are:
 *
 *     1  region         text of at most 64 bytes; required
 *     2  instance       text of at most 64 bytes; required
 *     3  secret id      text of at most 129 bytes; required
 *     4  secret key     text of at most 257 bytes; required
 *     5  token          text of at most 4,097 bytes
 *     6  SNTP server    text of at most 254 bytes; without it, the one that DHCP names
 *     7  root           certificate in DER of at most 4,096 bytes; 1 to 8 times
 *     8  proxy          a place, at most once; known to builds with PGTASK_PROXY=1
 *     9  TLS maximum    1 byte: 2 for TLS 1.2, 3 for TLS 1.3; at most once; without it, the newest
 *                       that the image has
 *     10 fallback       a place, at most once: the second endpoint; known to builds with
 *                       PGTASK_FALLBACK_ENDPOINT=1
 *
 * A place is a port number in 2 bytes, and a host as a text of at most 254 bytes. That of a proxy
 * may have `USER:PASSWORD` behind it: 1 to 510 bytes without control characters, and a NUL.
 */
#ifndef FIRMWARE_SETTINGS_H
#define FIRMWARE_SETTINGS_H

#include <pgtask/tls.h>

enum {
    SETTINGS_PAGE_BYTES = 16384,
    SETTINGS_COPY_BYTES = SETTINGS_PAGE_BYTES / 2,
    SETTINGS_MOST_ROOTS = 8
};

/** The kinds of fields. */
enum settings_kind {
    SETTINGS_REGION = 1,
    SETTINGS_INSTANCE,
    SETTINGS_SECRET_ID,
    SETTINGS_SECRET_KEY,
    SETTINGS_TOKEN,
    SETTINGS_SNTP_SERVER,
    SETTINGS_TEXTS, /**< the kinds before it are texts */
    SETTINGS_ROOT = SETTINGS_TEXTS,
    SETTINGS_PROXY,
    SETTINGS_TLS_MAX,
    SETTINGS_FALLBACK
};

/** A host and its port number. All zero: there is none. */
struct settings_place {
    char const *host;
    char const *credentials; /**< a secret; NULL: none */
    uint16_t port_number;
};

/** Settings as they lie in the page: every pointer points into it. */
struct settings {
    uint32_t sequence;
    uint8_t const *digest;             /**< DIGEST_BYTES that other settings do not have */
    char const *texts[SETTINGS_TEXTS]; /**< by kind; NULL if the page does not have it */
    uint8_t tls_max; /**< the newest TLS: 2 for TLS 1.2, 3 for TLS 1.3, 0 for the image's */
#if PGTASK_PROXY
    struct settings_place proxy;
#endif
#if PGTASK_FALLBACK_ENDPOINT
    struct settings_place fallback;
#endif
    size_t root_count;
    struct pgtask_root roots[SETTINGS_MOST_ROOTS];
};

/**
 * Reads the settings in a page.
 * @param page      stays as long as the settings are used
 * @param length    of `page`; fewer bytes than SETTINGS_PAGE_BYTES hold no settings
 * @param settings  set on true
 * @return false if neither copy is valid
 */
bool settings_read(uint8_t const *page, size_t length, struct settings *settings);

#endif
