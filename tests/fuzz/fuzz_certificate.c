/* SPDX-License-Identifier: MIT */
/*
 * Takes any bytes as the chain of a server. In TLS 1.2 the chain comes before anything is signed or
 * encrypted, so it needs no recording: ServerHello, the chain, and the end of the connection. The
 * client has accepted the chain if it then misses the rest of the handshake.
 */
#include "peer.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/asn1.h>

/* A bit of the head: the server chooses a cipher suite with RSA. */
#define WITH_RSA 128

#define RECORD_HEADER_BYTES  5
#define MESSAGE_HEADER_BYTES 4
#define LENGTH_BYTES         3 /* of a chain, and of each certificate in it */
#define HELLO_BYTES          38
#define LONGEST_CHAIN        16000

/* Certificates that may be accepted under the roots of peer.c, and those that may be only while the
 * time is not known. test_tls_chain*.c say why; a new kind of good certificate is named here too.
 */
static char const *const good[] = {"server",
                                   "rsa",
                                   "chained",
                                   "p384",
                                   "wildcard",
                                   "many_names",
                                   "rsa_4096",
                                   "under_web",
                                   "two_uses",
                                   "server_type",
                                   "uri_address",
                                   "under_permitted_site",
                                   "under_mail_domain",
                                   "cn_permitted",
                                   "two_cn_permitted",
                                   "under_strict_policy",
                                   "under_no_policy",
                                   "under_permitted",
                                   "under_dotted",
                                   "address_permitted",
                                   "under_no_address",
                                   "under_policy",
                                   "under_other_excluded",
                                   "under_rsa_middle",
                                   "too_many_names",
                                   "largest_exponent",
                                   "under_many_domains",
                                   "under_rsa_middle_pss",
                                   "under_three",
                                   "under_renewed_middle",
                                   "under_one_below",
                                   "under_one_below_renewed",
                                   "under_circle",
                                   "under_mapping",
                                   "under_crl",
                                   "many_extensions",
                                   "names_by_domains",
                                   "under_rolled",
                                   "common_name"};
static char const *const good_without_time[] = {
    "expired",   "not_yet_valid",           "soon_valid",           "just_expired", "one_second",
    "backwards", "far_under_expired_upper", "far_under_early_upper"};

#define GOOD              (sizeof good / sizeof good[0])
#define GOOD_WITHOUT_TIME (sizeof good_without_time / sizeof good_without_time[0])

/* The signed part of a certificate. */
struct signed_part {
    uint8_t const *at;
    size_t length;
};

static struct signed_part signed_part_of(uint8_t const *der, size_t length)
{
    unsigned char *at = (unsigned char *)(uintptr_t)der;
    unsigned char *begin;
    size_t content;
    int const sequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;

    if (mbedtls_asn1_get_tag(&at, der + length, &content, sequence) != 0) {
        return (struct signed_part){0};
    }
    begin = at;
    if (mbedtls_asn1_get_tag(&at, der + length, &content, sequence) != 0) {
        return (struct signed_part){0};
    }
    return (struct signed_part){begin, (size_t)(at - begin) + content};
}

static struct signed_part read_good(char const *name)
{
    uint8_t *const der = malloc(LONGEST_CHAIN);

    FUZZ_CHECK(der != NULL);
    return signed_part_of(der, peer_read_certificate(name, der, LONGEST_CHAIN));
}

/* Nobody can forge a signature: only what an authority has signed may be accepted. */
static bool may_be_accepted(struct signed_part leaf, bool is_time_known)
{
    static struct signed_part parts[GOOD + GOOD_WITHOUT_TIME];

    if (parts[0].at == NULL) {
        for (size_t i = 0; i < GOOD + GOOD_WITHOUT_TIME; i++) {
            parts[i] = read_good(i < GOOD ? good[i] : good_without_time[i - GOOD]);
        }
    }
    for (size_t i = 0; i < (is_time_known ? GOOD : GOOD + GOOD_WITHOUT_TIME); i++) {
        if (leaf.length == parts[i].length && memcmp(leaf.at, parts[i].at, leaf.length) == 0) {
            return true;
        }
    }
    return false;
}

static uint8_t *put(uint8_t *at, size_t value, size_t bytes)
{
    for (size_t i = bytes; i > 0; i--) {
        *at++ = (uint8_t)(value >> (8 * (i - 1)) & 0xff);
    }
    return at;
}

/* The heads of a record and of its only message. */
static uint8_t *put_heads(uint8_t *at, uint8_t type, size_t length)
{
    at = put(at, 0x160303, 3);
    at = put(at, MESSAGE_HEADER_BYTES + length, 2);
    *at++ = type;
    return put(at, length, 3);
}

static uint8_t *put_hello(uint8_t *at, uint16_t suite)
{
    at = put_heads(at, 2, HELLO_BYTES);
    at = put(at, 0x0303, 2);
    memset(at, 0x5a, 32); /* its random bytes */
    at += 32;
    *at++ = 0; /* no session */
    at = put(at, suite, 2);
    *at++ = 0; /* no compression */
    return at;
}

/* The text is a chain: before each certificate its length, in two bytes. */
static uint8_t *put_chain(uint8_t *at, uint8_t const *text, size_t length, struct signed_part *leaf)
{
    uint8_t *const heads = at;
    uint8_t *const body = heads + RECORD_HEADER_BYTES + MESSAGE_HEADER_BYTES;
    uint8_t *end = body + LENGTH_BYTES;

    *leaf = (struct signed_part){0};
    while (length > 2) {
        size_t certificate = (size_t)text[0] << 8 | text[1];

        text += 2;
        length -= 2;
        certificate = certificate < length ? certificate : length;
        if (leaf->at == NULL) {
            *leaf = signed_part_of(text, certificate);
        }
        end = put(end, certificate, LENGTH_BYTES);
        memcpy(end, text, certificate);
        end += certificate;
        text += certificate;
        length -= certificate;
    }
    (void)put_heads(heads, 11, (size_t)(end - body));
    (void)put(body, (size_t)(end - body) - LENGTH_BYTES, LENGTH_BYTES);
    return end;
}

void fuzz_one(uint8_t const *steer, uint8_t const *text, size_t length)
{
    static uint8_t script[3 * LONGEST_CHAIN];
    struct signed_part leaf;
    struct peer_head head;
    struct peer peer;
    uint8_t *end;

    if (!peer_take_head(&head, &text, &length) || length > LONGEST_CHAIN) {
        return;
    }
    end = put_hello(script, (head.bits & WITH_RSA) != 0 ? 0xc030 : 0xc02c);
    end = put_chain(end, text, length, &leaf);
    head.bits &= PEER_TLS12_ONLY | PEER_TIME_UNKNOWN | PEER_STORE;
    peer_play(&peer, head, steer, script, (size_t)(end - script));
    if (peer_visit(&peer, head, NULL) == PGTASK_ERROR_TLS_TRUNCATED) {
        FUZZ_CHECK(may_be_accepted(leaf, (head.bits & PEER_TIME_UNKNOWN) == 0));
    }
}
