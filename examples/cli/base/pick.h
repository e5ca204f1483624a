/* SPDX-License-Identifier: MIT */
/**
 * @file base/pick.h
 * Picks a few members out of a JSON document of any length, which is fed in slices.
 *
 * A member is named by its path, such as "/Response/Credentials/Token". Members of arrays cannot be
 * picked. If a member comes twice, the last one counts.
 */
#ifndef CLI_PICK_H
#define CLI_PICK_H

#include <pgtask/json.h>

/** The longest path of a member, with NUL. Members with a longer one are passed over. */
#define PICK_PATH_BYTES 96

/** A member that is wanted. Set the first three. */
struct pick {
    char const *path;
    char *text; /**< where its value goes: the text of a string, or a number as it is written */
    size_t capacity; /**< of `text`, with NUL, 1 or more */
    bool is_found;   /**< it is there, and is a string or a number */
    bool is_bad;     /**< it is longer than `text`, or has a NUL in it */
};

/** A document under way. May hold secrets: end with picker_wipe(). Members are private. */
struct picker {
    struct pgtask_json json;
    struct pick *picks;
    size_t count;
    struct pick *current; /**< the string under way, or NULL */
    size_t ignored;       /**< levels of nesting that hold nothing that is wanted */
    uint8_t depth;        /**< objects that are open, those in `ignored` aside */
    bool is_in_key;       /**< more of the key will come */
    bool is_in_string;    /**< more of the string will come */
    bool is_path_cut;     /**< the present path is longer than its place */
    uint8_t base[8];      /**< lengths of the paths of the objects that are open */
    uint8_t path_length;
    char path[PICK_PATH_BYTES];
    char window[512];
};

/** Begins a document. @param picks  the caller's, stay; each `text` becomes "" */
void picker_start(struct picker *picker, struct pick *picks, size_t count);

/** Takes the next bytes. @return false: this is no JSON, and the rest is of no use */
bool picker_feed(struct picker *picker, char const *bytes, size_t length);

/** Ends the document. @return whether it was whole and good */
bool picker_finish(struct picker *picker);

/** Overwrites what was read, except the texts of the picks. */
void picker_wipe(struct picker *picker);

#endif
