/* SPDX-License-Identifier: MIT */
/*
 * Reads and frees certificates. TLS of mbedTLS and the roots come here before X.509 of mbedTLS does
 * the work: see port/mbedtls/pgtask_chain.h. A stock mbedTLS reads the peer's chain without us.
 *
 * A critical extension that mbedTLS does not know is accepted if tls_extensions.c knows it, and an
 * unknown algorithm of a signature is no reason not to read a certificate: nobody checks how a
 * trusted root is signed.
 */
#include "tls_private.h"

#include <mbedtls/oid.h>
#include <mbedtls/platform.h>

#include "pgtask_chain.h"

void pgtaski_tls_free_certificates(mbedtls_x509_crt *first)
{
    if (first != NULL) {
        mbedtls_x509_crt_free(first);
        mbedtls_free(first);
    }
}

static int take_extension(void *context, mbedtls_x509_crt const *certificate,
                          mbedtls_x509_buf const *oid, int is_critical, unsigned char const *value,
                          unsigned char const *end)
{
    (void)context, (void)certificate, (void)is_critical, (void)value, (void)end;
    return pgtaski_tls_is_known_extension(oid) ? 0 : MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE;
}

#if PGTASK_MBEDTLS_IS_OWN
/* Of mbedTLS. */
int mbedtls_x509_get_sig_alg(mbedtls_x509_buf const *oid, mbedtls_x509_buf const *parameters,
                             mbedtls_md_type_t *hash, mbedtls_pk_type_t *key, void **options);

int pgtaski_tls_get_signature_algorithm(mbedtls_x509_buf const *oid,
                                        mbedtls_x509_buf const *parameters, mbedtls_md_type_t *hash,
                                        mbedtls_pk_type_t *key, void **options)
{
    int const code = mbedtls_x509_get_sig_alg(oid, parameters, hash, key, options);

    return code == MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG + MBEDTLS_ERR_OID_NOT_FOUND ? 0 : code;
}
#endif

/* mbedTLS's header, which declares it under another name, names the parameters in its own way. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int pgtaski_tls_parse_certificate(mbedtls_x509_crt *chain, unsigned char const *der, size_t length)
{
    return mbedtls_x509_crt_parse_der_with_ext_cb(chain, der, length, 1, take_extension, NULL);
}

/* mbedTLS's header, which declares it under another name, names the parameters in its own way. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int pgtaski_tls_parse_certificate_nocopy(mbedtls_x509_crt *chain, unsigned char const *der,
                                         size_t length)
{
    return mbedtls_x509_crt_parse_der_with_ext_cb(chain, der, length, 0, take_extension, NULL);
}
