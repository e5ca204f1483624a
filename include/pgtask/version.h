/* SPDX-License-Identifier: MIT */
/**
 * @file version.h
 * The version of the library and of its programs: MAJOR.MINOR.PATCH, by https://semver.org.
 *
 * This is its only place: the build, `pgtask --version` and pkg-config take it from here.
 */
#ifndef PGTASK_VERSION_H
#define PGTASK_VERSION_H

#define PGTASK_VERSION "0.1.0"

#define PGTASK_VERSION_MAJOR 0
#define PGTASK_VERSION_MINOR 1
#define PGTASK_VERSION_PATCH 0

/** For `#if PGTASK_VERSION_NUMBER >= 100`, which means "0.1.0 or later". */
#define PGTASK_VERSION_NUMBER                                                                      \
    (PGTASK_VERSION_MAJOR * 10000 + PGTASK_VERSION_MINOR * 100 + PGTASK_VERSION_PATCH)

#endif
