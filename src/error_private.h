/* SPDX-License-Identifier: MIT */
/**
 * @file error_private.h
 * What the files of the error room share. Each file calls only the files above it in this list:
 *
 *   error_table.c    the table of errors, and the advice that both tables name
 *   error_service.c  the table of the service's codes
 *   failure.c        whether to try again, and the sentence for a person
 *
 * Each table keeps its strings one after the other and finds a string by counting. This code runs
 * rarely, and a pointer to each string would cost four bytes of flash.
 */
#ifndef PGTASKI_ERROR_PRIVATE_H
#define PGTASKI_ERROR_PRIVATE_H

#include <pgtask/error.h>

/*
 * Name and sentence. A sentence has at most 105 bytes, because pgtask_failure_write() promises that
 * 512 bytes are enough for all parts of a failure.
 */
#if PGTASK_PROXY
#define PGTASKI_PROXY_ADVICE(X)                                                                    \
    X(PROXY_ADDRESS, "Check host and port of the proxy.")                                          \
    X(PROXY_SECRETS, "Check user and password of the proxy.")                                      \
    X(PROXY_RULES, "Ask the proxy's operator to allow this host and port.")                        \
    X(PROXY_WAY, "Try again later; then ask the proxy's operator whether it reaches this host.")
#else
#define PGTASKI_PROXY_ADVICE(X)
#endif

#define PGTASKI_ADVICE(X)                                                                          \
    X(NONE, "")                                                                                    \
    X(PROGRAM, "Correct this setting, or the program.")                                            \
    X(BUFFER, "Enlarge the buffer, or PGTASK_BUFFER_BYTES.")                                       \
    X(AGAIN, "Start another listing when you need one.")                                           \
    X(VALUE, "Correct the query.")                                                                 \
    X(LIMIT, "Correct the query: Limit is 1 to 100.")                                              \
    X(NAME, "Copy the instance id from the console.")                                              \
    X(TIME, "Write times as YYYY-MM-DD HH:MM:SS, in UTC+8.")                                       \
    X(SECRETS, "Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY without blanks.")           \
    X(SECRET_ID, "Check TENCENTCLOUD_SECRET_ID for blanks; enable the key in the console.")        \
    X(SECRET_KEY, "Copy TENCENTCLOUD_SECRET_KEY again, without blanks.")                           \
    X(TOKEN, "Renew the temporary credentials; other keys need no token.")                         \
    X(FACTOR, "Use a key without a second factor.")                                                \
    X(CLOCK, "Set the clock of this device.")                                                      \
    X(RESTART, "Try again, then restart this device: its crypto hardware may be broken.")          \
    X(RESOLVER, "Check the host name and the DNS server.")                                         \
    X(NETWORK, "Check the network: a firewall may close the port.")                                \
    X(WAIT, "Try again later, then check the network.")                                            \
    X(PORT, "Look the code up in the port of this board.")                                         \
    X(ROOTS, "Check the trusted roots.")                                                           \
    X(CHAIN, "Someone may be listening: leave this network, or update the trusted roots.")         \
    X(CERTIFICATE, "Check the host name; if it is right, tell the operator of the server.")        \
    X(HOST, "Check the host name; if it is right, leave this network.")                            \
    X(VALIDITY, "Check this device's clock; if it is right, leave this network.")                  \
    X(EARLY,                                                                                       \
      "The server's clock or certificate is wrong: try again later, or change the network.")       \
    X(SERVER, "Check the host name; look for a proxy or log-in page.")                             \
    X(RECORD, "Try again, then shorten the chain or raise PGTASK_TLS_RECORD (at most 16384).")     \
    X(ARENA, "Give mbedTLS a larger arena.")                                                       \
    X(MBEDTLS, "Look the code up in the headers of mbedTLS.")                                      \
    X(PROXY, "Try again later, then look for a proxy.")                                            \
    PGTASKI_PROXY_ADVICE(X)                                                                        \
    X(UPDATE, "Check the host name, then update this program.")                                    \
    X(SUPPORT, "Tell support the RequestId.")                                                      \
    X(LATER, "Try again later, then tell support the RequestId.")                                  \
    X(POLICY, "Allow this user postgres:DescribeTasks in the console (CAM).")                      \
    X(ADDRESS, "Allow this device's IP address in the console.")                                   \
    X(RATE, "Ask less often: an account has 20 requests a second.")                                \
    X(QUOTA, "Raise the quota in the console.")                                                    \
    X(REGION, "Check the region, such as ap-guangzhou.")                                           \
    X(INSTANCE, "Check instance, task id and region.")                                             \
    X(SMALLER, "Ask for a smaller Limit.")                                                         \
    X(CODE, "Look the code up in the manual of the API.")

#define PGTASKI_ADVICE_NUMBER(name, sentence) PGTASKI_ADVICE_##name,

enum pgtaski_advice { PGTASKI_ADVICE(PGTASKI_ADVICE_NUMBER) PGTASKI_ADVICE_COUNT };

/** @return the sentence; a constant */
char const *pgtaski_error_advice_text(enum pgtaski_advice advice);

/**
 * Both tables keep two facts about an error in one byte: retry + PGTASKI_RETRY_KINDS * the other
 * fact.
 */
#define PGTASKI_RETRY_KINDS 8

/** @return whether to try again after `error`, if it is neither a service code nor a status */
enum pgtask_retry pgtaski_error_retry(enum pgtask_error error);

/**
 * @return what pgtask_service_error_find() says of retry. A program that shows no sentences links
 *         none through this function
 */
enum pgtask_retry pgtaski_error_service_retry(char const *code);

#endif
