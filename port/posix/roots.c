/* SPDX-License-Identifier: MIT */
#include "pgtask_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BEGIN_LINE "-----BEGIN CERTIFICATE-----"
#define END_LINE   "-----END CERTIFICATE-----"

/* A piece of text: a line of up to its size, or part of a longer one. */
struct piece {
    char text[80];
    size_t length;
    bool begins_line;
    bool ends_line;
};

/* What has been decoded of one block of base64. */
struct block {
    bool open; /* between BEGIN and END */
    bool broken;
    size_t length; /* of `der` */
    uint32_t bits;
    unsigned digits;  /* of the group of four under way */
    unsigned padding; /* '=' in it */
};

/* 1: `c` is the next byte, 0: end of file, -1: it cannot be read. */
static int next_byte(struct pgtask_posix_roots *store, char *c)
{
    if (store->at == store->length) {
        ssize_t got;

        do {
            got = read(store->descriptor, store->text, sizeof store->text);
        } while (got < 0 && errno == EINTR);
        if (got <= 0) {
            return (int)got;
        }
        store->at = 0;
        store->length = (size_t)got;
    }
    *c = store->text[store->at++];
    return 1;
}

/* 1: a piece, 0: end of file, -1: the file cannot be read. */
static int next_piece(struct pgtask_posix_roots *store, struct piece *piece)
{
    char c = 0;
    int got = 1;

    piece->begins_line = piece->ends_line;
    piece->ends_line = false;
    piece->length = 0;
    while (piece->length < sizeof piece->text && (got = next_byte(store, &c)) == 1 && c != '\n') {
        piece->text[piece->length++] = c;
    }
    if (got < 0 || (got == 0 && piece->length == 0)) {
        return got;
    }
    piece->ends_line = piece->length < sizeof piece->text;
    while (piece->length > 0 && strchr(" \t\r", piece->text[piece->length - 1]) != NULL) {
        piece->length--;
    }
    return 1;
}

static bool is_line(struct piece const *piece, char const *line)
{
    return piece->begins_line && piece->ends_line && piece->length == strlen(line) &&
           memcmp(piece->text, line, piece->length) == 0;
}

static int value_of(char c)
{
    static char const digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char const *const at = memchr(digits, c, sizeof digits - 1);

    return at == NULL ? -1 : (int)(at - digits);
}

static void end_group(struct pgtask_posix_roots *store, struct block *block)
{
    for (unsigned i = 0; i + block->padding < 3; i++) {
        if (block->length == sizeof store->der) {
            block->broken = true;
            return;
        }
        store->der[block->length++] = (uint8_t)(block->bits >> (16 - 8 * i) & 0xff);
    }
    block->digits = 0;
    block->bits = 0;
}

static void decode(struct pgtask_posix_roots *store, struct block *block, struct piece const *piece)
{
    for (size_t i = 0; i < piece->length; i++) {
        int const value = value_of(piece->text[i]);

        if (value >= 0 && block->padding == 0) {
            block->bits = block->bits << 6 | (uint32_t)value;
        } else if (piece->text[i] == '=' && block->digits >= 2) {
            block->bits <<= 6;
            block->padding++;
        } else {
            block->broken = true;
        }
        block->digits++;
        if (block->digits == 4 && !block->broken) {
            end_group(store, block);
        }
        if (block->broken) {
            return;
        }
    }
}

/* Is it one DER SEQUENCE from the first byte to the last? */
static bool is_sequence(uint8_t const *der, size_t length)
{
    size_t const header = length > 1 && der[1] > 0x80 ? 2 + (size_t)(der[1] & 0x7f) : 2;
    size_t content = 0;

    if (length < header || der[0] != 0x30 || header > 4) {
        return false;
    }
    if (header == 2) {
        content = der[1];
    }
    for (size_t i = 2; i < header; i++) {
        content = content << 8 | der[i];
    }
    return header + content == length;
}

static bool is_whole(struct pgtask_posix_roots const *store, struct block const *block)
{
    return block->open && !block->broken && block->digits == 0 &&
           is_sequence(store->der, block->length);
}

static enum pgtask_error next_root(void *context, bool restart, struct pgtask_root *root)
{
    struct pgtask_posix_roots *const store = context;
    struct piece piece = {.ends_line = true};
    struct block block = {.open = false};
    int got;

    if (restart) {
        store->at = store->length = 0;
        if (lseek(store->descriptor, 0, SEEK_SET) != 0) {
            return PGTASK_ERROR_TLS_ROOTS;
        }
    }
    while ((got = next_piece(store, &piece)) == 1) {
        if (is_line(&piece, BEGIN_LINE)) {
            block = (struct block){.open = true};
        } else if (is_line(&piece, END_LINE)) {
            if (is_whole(store, &block)) {
                *root = (struct pgtask_root){.der = store->der, .length = block.length};
                return PGTASK_OK;
            }
            block.open = false;
        } else if (block.open && !block.broken) {
            decode(store, &block, &piece);
        }
    }
    return got == 0 ? PGTASK_DONE : PGTASK_ERROR_TLS_ROOTS;
}

static bool open_file(struct pgtask_posix_roots *store, char const *path)
{
    struct pgtask_root root;

    store->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (store->descriptor < 0) {
        return false;
    }
    if (next_root(store, true, &root) != PGTASK_OK) {
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
