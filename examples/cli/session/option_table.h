/* SPDX-License-Identifier: MIT */
/**
 * @file session/option_table.h
 * All options, one row each: how it is spelled, which commands take it, how its value is read and
 * where that is stored, and what --help says.
 *
 * An option that means different things to different commands has a row for each meaning. Such rows
 * share their name, spelling, kind and place.
 */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include "session/name_set.h"
#include "session/options.h"

enum option_kind {
    KIND_FLAG,    /**< bool; takes no value */
    KIND_TEXT,    /**< char const * */
    KIND_PATH,    /**< char const *, the name of a file; a shell completes it */
    KIND_TIME,    /**< char const *, with a blank in it */
    KIND_UINT32,  /**< `least` to `most` */
    KIND_UINT64,  /**< `least` or more */
    KIND_SECONDS, /**< uint32_t, milliseconds, `least` or more */
    KIND_HOST,    /**< struct host_port, a name */
    KIND_ADDRESS, /**< struct host_port, a name or an address */
    KIND_CHOICE,  /**< uint8_t, from 1 */
    KIND_TYPES,   /**< uint32_t, bits of name_set_types */
    KIND_STATUSES /**< uint32_t, bits of name_set_statuses */
};

struct option_choices {
    char const *texts[4];
    char const *wrong; /**< the refusal of any other text */
};

/** Where --help shows an option. */
enum option_section {
    SECTION_TASKS,
    SECTION_LED,
    SECTION_POLLING,
    SECTION_OUTPUT,
    SECTION_CONNECTION,
    SECTION_COUNT
};

extern char const *const option_sections[SECTION_COUNT]; /**< their titles */

/** A row, in an order without gaps. */
struct option {
    uint8_t name;     /**< enum options_name */
    uint8_t commands; /**< bits of enum command_set */
    uint8_t section;  /**< enum option_section */
    char flag[20];
    char api_flag[16]; /**< as tccli spells it; "" if tccli does not have it */
    char value[20];    /**< what --help calls the value; "" if the option takes none */
    uint8_t kind;      /**< enum option_kind */
    uint8_t least;
    uint8_t most; /**< 0: no limit but that of the type */
    uint16_t at;  /**< offset in struct options */
    struct option_choices const *choices;
    char const *help; /**< what it does, without a full stop; --help wraps each line */
};

/** A letter that stands for an option, such as -o for --output. */
struct option_letter {
    char letter;
    char flag[20];
};

extern struct option_letter const option_letters[];
extern size_t const option_letter_count;

/** @return the names that an option takes with commas between them, which end its help; NULL for an
 *  option of another kind */
struct name_set const *option_names(struct option const *option);

extern struct option const option_table[];
extern size_t const option_table_count;

#endif
