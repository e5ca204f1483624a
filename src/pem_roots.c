/* SPDX-License-Identifier: MIT */
/*
 * Finds certificates in PEM (RFC 7468) and decodes them to DER. The text is taken line by line, and
 * a line that does not fit `line` in pieces:
 *
 *     -----BEGIN CERTIFICATE-----    opens a block
 *     MIIB...                        base64, four digits a group, three bytes of DER each
 *     -----END CERTIFICATE-----      ends it
 *
 * Whatever is wrong with a block marks it as broken, and the reader goes on behind it.
 */
#include <pgtask/pem.h>

#include <string.h>

#define BEGIN_LINE "-----BEGIN CERTIFICATE-----"
#define END_LINE   "-----END CERTIFICATE-----"

void pgtask_pem_begin(struct pgtask_pem *pem, uint8_t *der, size_t capacity)
{
    memset(pem, 0, sizeof *pem);
    pem->der = der;
    pem->capacity = capacity;
}

/* The value of a base64 digit, or -1. */
static int value_of(char c)
{
    static char const digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char const *const at = memchr(digits, c, sizeof digits - 1);

    return at == NULL ? -1 : (int)(at - digits);
}

/* Writes the bytes of a group: three, less one for each '='. */
static void end_group(struct pgtask_pem *pem)
{
    for (unsigned i = 0; i + pem->padding < 3; i++) {
        if (pem->length == pem->capacity) {
            pem->broken = true;
            return;
        }
        pem->der[pem->length++] = (uint8_t)(pem->bits >> (16 - 8 * i) & 0xff);
    }
    pem->digits = 0;
    pem->bits = 0;
}

static void decode_digit(struct pgtask_pem *pem, char c)
{
    int const value = value_of(c);

    if (value >= 0 && pem->padding == 0) {
        pem->bits = pem->bits << 6 | (uint32_t)value;
    } else if (c == '=' && pem->digits >= 2) {
        pem->bits <<= 6;
        pem->padding++;
    } else {
        pem->broken = true;
    }
    pem->digits++;
    if (pem->digits == 4 && !pem->broken) {
        end_group(pem);
    }
}

/* Whether the bytes are one DER SEQUENCE from the first to the last: tag, length and content. */
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

/* Whether the piece is all of this line. Files that were put together may have a byte-order mark
 * before any of them. */
static bool is_line(struct pgtask_pem const *pem, char const *line)
{
    static char const mark[] = {'\xef', '\xbb', '\xbf'};
    bool const has_mark =
        pem->line_length >= sizeof mark && memcmp(pem->line, mark, sizeof mark) == 0;
    size_t const begin = has_mark ? sizeof mark : 0;

    return !pem->inside_line && pem->line_length - begin == strlen(line) &&
           memcmp(pem->line + begin, line, pem->line_length - begin) == 0;
}

static void open_block(struct pgtask_pem *pem)
{
    pem->damaged += pem->open;
    pem->open = true;
    pem->broken = false;
    pem->length = 0;
    pem->bits = 0;
    pem->digits = 0;
    pem->padding = 0;
}

/* What may stand at the end of a line, before its LF. */
static bool is_line_padding(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Takes the piece of text in `line`. @return whether it ended a good block */
static bool take_piece(struct pgtask_pem *pem, bool ends_line)
{
    bool whole = false;

    while (pem->line_length > 0 && is_line_padding(pem->line[pem->line_length - 1])) {
        pem->line_length--;
    }
    if (ends_line && is_line(pem, BEGIN_LINE)) {
        open_block(pem);
    } else if (ends_line && is_line(pem, END_LINE)) {
        whole = pem->open && !pem->broken && pem->digits == 0 && is_sequence(pem->der, pem->length);
        pem->damaged += pem->open && !whole;
        pem->open = false;
    } else if (pem->open) {
        for (size_t i = 0; i < pem->line_length && !pem->broken; i++) {
            decode_digit(pem, pem->line[i]);
        }
    }
    pem->inside_line = !ends_line;
    pem->line_length = 0;
    return whole;
}

enum pgtask_error pgtask_pem_feed(struct pgtask_pem *pem, char const *text, size_t length,
                                  size_t *used, struct pgtask_root *root)
{
    for (size_t i = 0; i < length; i++) {
        bool const ends_line = text[i] == '\n';

        if (!ends_line) {
            if (pem->line_length == sizeof pem->line) {
                (void)take_piece(pem, false);
            }
            pem->line[pem->line_length++] = text[i];
        } else if (take_piece(pem, true)) {
            *used = i + 1;
            *root = (struct pgtask_root){.der = pem->der, .length = pem->length};
            return PGTASK_OK;
        }
    }
    *used = length;
    return PGTASK_MORE;
}

/* The `next` of struct pgtask_roots. Behind the text it feeds an LF that its last line may lack. */
static enum pgtask_error next_root(void *context, bool restart, struct pgtask_root *root)
{
    struct pgtask_pem_roots *const store = context;
    size_t used;

    if (restart) {
        store->at = 0;
        pgtask_pem_begin(&store->pem, store->der, sizeof store->der);
    }
    if (store->at < store->length) {
        enum pgtask_error const error = pgtask_pem_feed(&store->pem, store->text + store->at,
                                                        store->length - store->at, &used, root);

        store->at += used;
        if (error == PGTASK_OK) {
            return PGTASK_OK;
        }
    }
    return pgtask_pem_feed(&store->pem, "\n", 1, &used, root) == PGTASK_OK ? PGTASK_OK
                                                                           : PGTASK_DONE;
}

enum pgtask_error pgtask_pem_roots_open(struct pgtask_pem_roots *store, char const *text,
                                        size_t length, struct pgtask_roots *roots)
{
    struct pgtask_root root;

    store->text = text;
    store->length = length;
    if (next_root(store, true, &root) != PGTASK_OK) {
        return PGTASK_ERROR_TLS_ROOTS;
    }
    *roots = (struct pgtask_roots){.next = next_root, .context = store};
    return PGTASK_OK;
}
