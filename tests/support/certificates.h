/* SPDX-License-Identifier: MIT */
/**
 * @file certificates.h
 * The certificates that all tests of a build share: every kind that make_certs.sh makes.
 */
#ifndef PGTASK_TEST_CERTIFICATES_H
#define PGTASK_TEST_CERTIFICATES_H

/**
 * Makes the set if nobody has made it yet; aborts if that fails. Tests only read it.
 * @return the absolute path of its folder: the one that the environment's CERTIFICATES names, or
 *         build/certs
 */
char const *test_certificates(void);

#endif
