/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* for realpath() */

#include "certificates.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

char const *test_certificates(void)
{
    static char directory[PATH_MAX];

    if (setenv("CERTIFICATES", "build/certs", 0) != 0 ||
        system("sh tests/support/make_certs.sh \"$CERTIFICATES\" all") != 0 ||
        realpath(getenv("CERTIFICATES"), directory) == NULL) {
        (void)fprintf(stderr, "there are no certificates: see tests/support/make_certs.sh\n");
        abort();
    }
    return directory;
}
