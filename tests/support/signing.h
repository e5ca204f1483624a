/* SPDX-License-Identifier: MIT */
/**
 * @file signing.h
 * The signing vectors of tests/data, and helpers that sign them. It is a header alone, so that only
 * the tests of signing depend on the vectors, which a script generates.
 */
#ifndef PGTASK_TEST_SIGNING_H
#define PGTASK_TEST_SIGNING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/tc3.h>

/** One vector: what goes in, and every value that was published or computed elsewhere. */
struct signing_vector {
    char const *id;
    char const *secret_id;
    char const *secret_key;
    int64_t unix_s;
    char const *date;
    char const *service;
    char const *method;
    char const *query_string;
    char const *content_type;
    char const *host;
    char const *action;
    char const *payload;
    size_t payload_length;
    bool unsigned_payload;
    char const *payload_hash;
    char const *canonical_request_hash;
    char const *scope;
    char const *secret_date;
    char const *secret_service;
    char const *secret_signing;
    char const *signature;
    char const *authorization;
};

#include "signing_vectors.h"

#define VECTORS (sizeof signing_vectors / sizeof signing_vectors[0])

/** @return the vector with this id, which must exist */
static inline struct signing_vector const *vector(char const *id)
{
    for (size_t i = 0; i < VECTORS; i++) {
        if (strcmp(signing_vectors[i].id, id) == 0) {
            return &signing_vectors[i];
        }
    }
    fail_msg("no vector %s", id);
    return NULL;
}

static inline struct pgtask_credentials credentials_of(struct signing_vector const *v)
{
    return (struct pgtask_credentials){.secret_id = v->secret_id, .secret_key = v->secret_key};
}

static inline struct pgtask_tc3_request request_of(struct signing_vector const *v)
{
    return (struct pgtask_tc3_request){
        .method = v->method,
        .query_string = v->query_string,
        .service = v->service,
        .host = v->host,
        .content_type = v->content_type,
        .action = v->action,
        .payload = (uint8_t const *)v->payload,
        .payload_length = v->payload_length,
        .unsigned_payload = v->unsigned_payload,
        .unix_s = v->unix_s,
    };
}

/** Signs a vector with this cache and asserts its signature. */
static inline void expect_signature(struct pgtask_tc3 *tc3, struct signing_vector const *v)
{
    struct pgtask_credentials const credentials = credentials_of(v);
    struct pgtask_tc3_request const request = request_of(v);
    struct pgtask_tc3_signature signature;

    assert_int_equal(pgtask_tc3_sign(tc3, &credentials, &request, &signature), PGTASK_OK);
    assert_string_equal(signature.signature, v->signature);
}

/** Signs a request with a fresh cache and with the key of the vector that it was made from. */
static inline struct pgtask_tc3_signature sign_as(struct signing_vector const *v,
                                                  struct pgtask_tc3_request const *request)
{
    struct pgtask_credentials const credentials = credentials_of(v);
    struct pgtask_tc3 tc3 = {.scope = {.date = ""}};
    struct pgtask_tc3_signature signature;

    assert_int_equal(pgtask_tc3_sign(&tc3, &credentials, request, &signature), PGTASK_OK);
    return signature;
}

#endif
