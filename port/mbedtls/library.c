/* SPDX-License-Identifier: MIT */
/* Tells which mbedTLS is linked, and what is missing with it. */
#include <pgtask/tls.h>

#include <string.h>

#include "pgtask_mbedtls.h"

#if PGTASK_MBEDTLS_IS_OWN

static char const *const missing[] = {NULL};

#else

/* `make` shows these lines, and README.md explains each of them. */
static char const *const missing[] = {
    "memory: mbedTLS takes it from the heap, without a bound; there is no arena",
    "turns: key exchanges are not divided; a call may take 20 million instructions",
    "pulse: none in long computations",
    "names: a certificate that limits names by a critical extension is refused",
    "keys: a compressed one is computed before it is refused",
    "random bytes: TLS 1.3 takes them from mbedTLS's own source; version 4 always does",
    NULL,
};

#endif

char const *pgtask_mbedtls_missing(unsigned row)
{
    return row < sizeof missing / sizeof missing[0] ? missing[row] : NULL;
}

/* Of a shared library, the headers may be of an older version than the code. */
void pgtask_mbedtls_version(char version[PGTASK_MBEDTLS_VERSION_BYTES])
{
#if defined(MBEDTLS_VERSION_C)
    unsigned const number = mbedtls_version_get_number();
#else
    unsigned const number = MBEDTLS_VERSION_NUMBER;
#endif
    char *at = version;

    for (unsigned shift = 24; shift > 0; shift -= 8) {
        unsigned const part = number >> shift & 0xff;

        if (shift < 24) {
            *at++ = '.';
        }
        if (part >= 100) {
            *at++ = (char)('0' + part / 100);
        }
        if (part >= 10) {
            *at++ = (char)('0' + part / 10 % 10);
        }
        *at++ = (char)('0' + part % 10);
    }
    *at = '\0';
}
