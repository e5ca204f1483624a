/* SPDX-License-Identifier: MIT */
/*
 * The walk through the events of a JSON document, led by the table in task_table.c. `place` is the
 * object or array that the next event is in; `field` says what value comes next and where it goes.
 *
 *     event               place       field
 *     (start)             TOP         object ROOT
 *     BEGIN_OBJECT        ROOT
 *     KEY "Response"      ROOT        object RESPONSE
 *     BEGIN_OBJECT        RESPONSE
 *     KEY "TotalCount"    RESPONSE    number, answer->total_count
 *     NUMBER "1"          RESPONSE
 *     KEY "TaskSet"       RESPONSE    array SET
 *     BEGIN_ARRAY         SET         object TASK, for each element
 *     BEGIN_OBJECT        TASK
 *     KEY "Zone"          TASK        NULL: this name is not known
 *     BEGIN_ARRAY         TASK        NULL, and skip_depth is 1 up to the end of the array
 *
 * The caller gives each event to pgtaski_task_walk_pass_over() first. If that does not take it, a
 * key goes to _key(). If the key is known, the caller opens its member with _open(), or sets
 * `field` to NULL to pass the value over. All other events go to _value().
 *
 * `member` is the number of the key's member, and `target` is where its value goes: a text piece by
 * piece through `text`, a number at once. A key, or a number in quotes, may also come in pieces;
 * `text` collects these in `word`. `presence` is where to note that a value came (`unkept`:
 * nowhere).
 */
#include "task_private.h"

#include <string.h>

#include "text.h"

void pgtaski_task_walk_start(struct pgtask_walk *walk, struct pgtask_field const *field)
{
    memset(walk, 0, sizeof *walk);
    walk->field = field;
    walk->presence = &walk->unkept;
}

bool pgtaski_task_walk_pass_over(struct pgtask_walk *walk, struct pgtask_json_event const *event)
{
    bool const is_inside = walk->skip_depth > 0;

    if (walk->field != NULL && !is_inside) {
        return false;
    }
    switch (event->type) {
    case PGTASK_JSON_BEGIN_OBJECT:
    case PGTASK_JSON_BEGIN_ARRAY: walk->skip_depth++; return true;
    case PGTASK_JSON_END_OBJECT:
    case PGTASK_JSON_END_ARRAY: walk->skip_depth -= is_inside ? 1 : 0; return is_inside;
    case PGTASK_JSON_KEY: return is_inside; /* otherwise the value has ended */
    default: return true;
    }
}

/* Whether a key is this name. Bits that are set in `ignored` may differ. */
static bool is_same(char const *name, char const *key, size_t length, int ignored)
{
    while (length > 0 && ((*name ^ *key) & ~ignored) == 0) {
        name++;
        key++;
        length--;
    }
    return length == 0;
}

/* The places of embedded JSON come last. */
static bool is_embedded(uint8_t place)
{
    return PGTASK_EMBEDDED_JSON && place > PGTASKI_PLACE_DETAIL;
}

/*
 * Finds the member with this key: sets `field` and `member`, or sets `field` to NULL. The service
 * writes the names in embedded JSON in either case. They all consist of letters, whose two cases
 * differ in one bit.
 */
static void find_member(struct pgtask_walk *walk, char const *key, size_t length)
{
    enum { CASE_BIT = 0x20 };
    struct pgtaski_task_place const *const place = &pgtaski_task_places[walk->place];
    int const ignored = is_embedded(walk->place) ? CASE_BIT : 0;
    struct pgtask_field const *field = place->fields;
    char const *name = place->names;

    walk->field = NULL;
    for (uint32_t member = place->first; member < place->end; member++, field++) {
        if (field->name_length == length && is_same(name, key, length, ignored)) {
            walk->member = (uint8_t)member;
            walk->field = field;
            break;
        }
        name += field->name_length + 1;
    }
}

bool pgtaski_task_walk_key(struct pgtask_walk *walk, struct pgtask_json_event const *event)
{
    char const *key = event->text;
    size_t length = event->length;

    /* Nearly every key comes whole. Otherwise its pieces are collected, and `field` is NULL until
     * the last one has come. */
    if (event->has_more || walk->in_key) {
        if (!walk->in_key) {
            pgtaski_text_start(&walk->text, walk->word, sizeof walk->word);
        }
        pgtaski_task_walk_add(&walk->text, event);
        walk->in_key = event->has_more;
        walk->field = NULL;
        if (event->has_more || walk->text.cut) {
            return false;
        }
        key = walk->word;
        length = walk->text.length;
    }
    find_member(walk, key, length);
    return walk->field != NULL;
}

void pgtaski_task_walk_open(struct pgtask_walk *walk, void *owner, uint8_t *presence)
{
    struct pgtask_field const *const field = walk->field;

    walk->target = (char *)owner + field->to.offset;
    walk->presence = presence;
    if (field->kind == PGTASKI_KIND_PERCENT) {
        *(int8_t *)walk->target = PGTASK_PERCENT_UNKNOWN; /* an earlier value may be there */
    }
    if (field->kind == PGTASKI_KIND_TEXT) {
        pgtaski_text_start(&walk->text, walk->target, field->capacity);
    } else {
        pgtaski_text_start(&walk->text, walk->word, sizeof walk->word);
    }
}

void pgtaski_task_walk_add(struct pgtask_text *text, struct pgtask_json_event const *event)
{
    char const *const bytes = event->text;

    if (!event->has_nul) {
        pgtaski_text_add_bytes(text, bytes, event->length);
        return;
    }
    for (size_t at = 0; at < event->length; at++) {
        if (bytes[at] == '\0') {
            pgtaski_text_add(text, "\xef\xbf\xbd"); /* U+FFFD */
        } else {
            pgtaski_text_add_bytes(text, &bytes[at], 1);
        }
    }
}

/* Kinds are ordered: objects and arrays, texts, numbers. The service is known to quote numbers. */
static bool accepts_string(enum pgtaski_kind kind)
{
    return kind >= PGTASKI_KIND_TEXT;
}

static bool accepts_number(enum pgtaski_kind kind)
{
    return kind >= PGTASKI_KIND_UINT64;
}

/* Stores a percentage, clamped if it is outside 0 to 100. A negative number comes as 0, and a
 * fraction as its whole part. @return whether it was good */
static bool store_percent(int8_t *percent, uint64_t number, bool is_exact, bool is_negative)
{
    enum { ALL_PERCENT = 100 };
    bool const is_in_range = number <= ALL_PERCENT;
    uint32_t const clamped = is_in_range ? (uint32_t)number : ALL_PERCENT;

    if (is_exact || is_negative || clamped == ALL_PERCENT) {
        *percent = (int8_t)clamped;
    }
    return is_exact && is_in_range;
}

/* @return whether the number is good */
static bool take_number(struct pgtask_walk *walk, char const *text, size_t length)
{
    uint64_t number;
    enum pgtask_error const error = pgtask_json_to_uint64(text, length, &number);
    bool const is_exact = error == PGTASK_OK;

    *walk->presence = PGTASK_VALUE;
    if (walk->field->kind == PGTASKI_KIND_PERCENT) {
        return error != PGTASK_ERROR_JSON_NUMBER &&
               store_percent((int8_t *)walk->target, number, is_exact, text[0] == '-');
    }
    if (is_exact) {
        *(uint64_t *)walk->target = number;
    }
    return is_exact;
}

/* Adds a fragment of a string to its text or quoted number, and stores it with the last one. A
 * string that is odd is reported with the last one, too: so the result is the same however the
 * string is cut. @return whether it is good so far */
static bool take_string(struct pgtask_walk *walk, struct pgtask_json_event const *event)
{
    enum pgtaski_kind const kind = walk->field->kind;

    if (accepts_string(kind)) {
        pgtaski_task_walk_add(&walk->text, event);
    }
    if (event->has_more) {
        return true;
    }
    if (kind == PGTASKI_KIND_TEXT) {
        *walk->presence = walk->text.length > 0 || walk->text.cut ? PGTASK_VALUE : PGTASK_EMPTY;
        return true;
    }
    return accepts_string(kind) && !walk->text.cut &&
           take_number(walk, walk->word, walk->text.length);
}

/* An array has no members. */
static bool is_object(uint8_t place)
{
    return pgtaski_task_places[place].first != pgtaski_task_places[place].end;
}

/* Enters the object or array that is the value of the field. @return false if it is not */
static bool enter_place(struct pgtask_walk *walk, enum pgtaski_kind kind)
{
    if (walk->field->kind != kind) {
        walk->skip_depth = 1; /* passes it over up to its end */
        return false;
    }
    *walk->presence = PGTASK_VALUE;
    walk->place = (uint8_t)walk->field->to.place;
    walk->field = pgtaski_task_places[walk->place].fields;
    return true;
}

/* Leaves an object or array for the place around it. */
static void leave_place(struct pgtask_walk *walk)
{
    struct pgtaski_task_place const *outer;

    walk->place = pgtaski_task_places[walk->place].outer;
    outer = &pgtaski_task_places[walk->place];
    walk->member = outer->first;
    walk->field = outer->fields;
    walk->presence = &walk->unkept; /* the record may be handed on: nothing more goes into it */
}

static bool take_value(struct pgtask_walk *walk, struct pgtask_json_event const *event)
{
    switch (event->type) {
    case PGTASK_JSON_BEGIN_OBJECT: return enter_place(walk, PGTASKI_KIND_OBJECT);
    case PGTASK_JSON_BEGIN_ARRAY: return enter_place(walk, PGTASKI_KIND_ARRAY);
    case PGTASK_JSON_END_OBJECT:
    case PGTASK_JSON_END_ARRAY: leave_place(walk); return true;
    case PGTASK_JSON_STRING: return take_string(walk, event);
    case PGTASK_JSON_NUMBER:
        return accepts_number(walk->field->kind) && take_number(walk, event->text, event->length);
    case PGTASK_JSON_NULL:
        if (!is_object(walk->place) || walk->field->kind == PGTASKI_KIND_NOTHING) {
            return false; /* a member may be null, but not an element of an array */
        }
        *walk->presence = PGTASK_NULL;
        return true;
    default: return false;
    }
}

bool pgtaski_task_walk_value(struct pgtask_walk *walk, struct pgtask_json_event const *event)
{
    bool const is_good = take_value(walk, event);

    /* An odd element of TaskSet is left out; the list around it is good. */
    if (!is_good && walk->place != PGTASKI_PLACE_SET) {
        *walk->presence = PGTASK_ODD;
    }
    return is_good;
}
