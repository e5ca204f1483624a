/* SPDX-License-Identifier: MIT */
/**
 * @file session/profile.h
 * Profiles: which one is meant, where the vendor's tools keep it, and what it says beside keys.
 *
 * The SDKs keep a profile as a section of their credentials file (INI), and tccli keeps it as two
 * JSON files in ~/.tccli. README.md has the order in which they are read.
 */
#ifndef CLI_PROFILE_H
#define CLI_PROFILE_H

#include "session/host_port.h"
#include "session/problem.h"

/** Which profile is meant. */
struct profile {
    char const *name;     /**< "default", if nobody named another */
    char const *named_by; /**< the option or variable that named it, or NULL */
    bool is_option;       /**< the option did: the variables with keys do not count then */
};

/** The files of a profile, in the order in which they are looked at. */
enum profile_place {
    PROFILE_USER,       /**< ~/.tencentcloud/credentials, or what TENCENTCLOUD_CREDENTIALS_FILE
                             names */
    PROFILE_SYSTEM,     /**< /etc/tencentcloud/credentials; none if that variable is set */
    PROFILE_TCCLI_KEYS, /**< ~/.tccli/NAME.credential */
    PROFILE_TCCLI       /**< ~/.tccli/NAME.configure */
};

/**
 * Finds the profile that is meant: the option, TENCENTCLOUD_PROFILE, TCCLI_PROFILE, or "default".
 * @param option  the value of --profile, or NULL; it stays
 * @return false with `problem` filled if the name cannot be one
 */
bool profile_choose(struct profile *profile, char const *option, struct problem *problem);

/**
 * Writes the path of a profile's file, which may be missing.
 * @return false if there is no such place, because HOME is not set; `problem` is filled then
 */
bool profile_path(struct profile const *profile, enum profile_place place,
                  char path[PROBLEM_PATH_BYTES], struct problem *problem);

/** @return whether there is a place of this kind at all */
bool profile_has_place(enum profile_place place);

/** What a profile says beside keys; "" for what it does not say. */
struct profile_settings {
    char region[64];
    char region_source[PROBLEM_PATH_BYTES];
    char language[8];
    struct host_port endpoint;
    struct host_port sts_endpoint;
};

/**
 * Reads a profile's settings from its files: the region from the first file that has one, the rest
 * from tccli's. A file that is missing says nothing; for one of tccli that is no JSON there is a
 * warning.
 */
void profile_read_settings(struct profile const *profile, struct profile_settings *settings);

/** Fills in that there is no such profile, and which ones there are. @return false */
bool profile_tell_unknown(struct profile const *profile, struct problem *problem);

#endif
