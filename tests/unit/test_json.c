/* SPDX-License-Identifier: MIT */
/* Strict JSON: what RFC 8259 allows is accepted, all else is refused, in slices of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pgtask/config.h>
#include <pgtask/json.h>

#include "guard.h"

enum { WINDOW = 64, LOG = 1 << 16 };

/* Events as one text, with the fragments of a string merged: `{ka"sb"}` and so on. */
struct log {
    enum pgtask_error error;
    uint64_t offset;
    size_t length;
    char text[LOG];
};

static struct log whole;
static struct log sliced;

static void append(struct log *log, char const *text, size_t length)
{
    assert_true(log->length + length < LOG);
    memcpy(log->text + log->length, text, length);
    log->length += length;
}

static void append_event(struct log *log, struct pgtask_json_event const *event, bool *inside)
{
    static char const marks[] = "{}[]ksntfz";
    bool const text = event->type == PGTASK_JSON_KEY || event->type == PGTASK_JSON_STRING;

    if (!*inside) {
        append(log, &marks[event->type], 1);
    }
    if (text || event->type == PGTASK_JSON_NUMBER) {
        append(log, event->text, event->length);
    }
    *inside = text && event->has_more;
    if (text && !event->has_more) {
        append(log, "\"", 1);
    }
}

/* Feeds `text` in a first slice of `first` bytes and others of `rest` bytes. */
static void run(struct log *log, char const *text, size_t length, size_t first, size_t rest)
{
    static char window[WINDOW];
    struct pgtask_json json;
    struct pgtask_json_event event;
    bool inside = false;
    size_t slice = first;

    memset(log, 0, sizeof *log);
    pgtask_json_start(&json, window, sizeof window);
    for (;;) {
        log->error = pgtask_json_next(&json, &event);
        if (log->error == PGTASK_OK) {
            append_event(log, &event, &inside);
        } else if (log->error != PGTASK_MORE) {
            log->offset = pgtask_json_offset(&json);
            assert_int_equal(pgtask_json_next(&json, &event), log->error);
            return;
        } else if (length == 0) {
            pgtask_json_finish(&json);
        } else {
            size_t const part = slice < length ? slice : length;
            char *const copy = guard_copy(text, part);
            size_t const taken = pgtask_json_feed(&json, copy, part);

            guard_free(copy, part);
            assert_true(taken >= 1 && taken <= part);
            text += taken;
            length -= taken;
            slice = part == taken ? rest : part - taken;
        }
    }
}

/* A string that ends in an error leaves a part in the log, which is longer with small slices. */
static void assert_same(struct log const *a, struct log const *b)
{
    assert_int_equal(a->error, b->error);
    assert_true(a->error == PGTASK_DONE || a->offset == b->offset);
    if (a->error == PGTASK_DONE) {
        assert_int_equal(a->length, b->length);
        assert_memory_equal(a->text, b->text, a->length);
    }
}

static void run_all_ways(char const *text, size_t length)
{
    run(&whole, text, length, length, length);
    run(&sliced, text, length, 1, 1);
    assert_same(&whole, &sliced);
    for (size_t cut = 1; cut < length && length <= 2000; cut++) {
        run(&sliced, text, length, cut, length);
        assert_same(&whole, &sliced);
    }
}

static void assert_events(char const *text, char const *events)
{
    run_all_ways(text, strlen(text));
    assert_int_equal(whole.error, PGTASK_DONE);
    assert_int_equal(whole.length, strlen(events));
    assert_memory_equal(whole.text, events, whole.length);
}

static void assert_refused(char const *text, size_t length, enum pgtask_error error,
                           uint64_t offset)
{
    run_all_ways(text, length);
    assert_int_equal(whole.error, error);
    assert_int_equal(whole.offset, offset);
}

static void values_of_each_kind_become_events(void **state)
{
    assert_events("{}", "{}");
    assert_events(" [ ] ", "[]");
    assert_events("12", "n12");
    assert_events("\"\"", "s\"");
    assert_events("{\"a\" : [1, -2.5e+3,true ,false,null, {}, \"x\"] , \"b\":{\"c\":\"d\"}}",
                  "{ka\"[n1n-2.5e+3tfz{}sx\"]kb\"{kc\"sd\"}}");
    (void)state;
}

static void escapes_become_utf_8(void **state)
{
    assert_events("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "s\"\\/\b\f\n\r\t\"");
    assert_events("\"\\u0041\\u00e9\\u4e2d\\ud83d\\ude00\"",
                  "sA\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80\"");
    assert_events("\"a\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80 z, long enough for whole words\"",
                  "sa\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80 z, long enough for whole words\"");
    (void)state;
}

/* RFC 8259 section 8.2 lets them pass. Python's json.loads() takes each of these texts. */
static void surrogate_without_its_other_half_becomes_u_fffd(void **state)
{
    assert_events("\"\\ud800\"", "s\xef\xbf\xbd\"");
    assert_events("\"a\\udbffb\"", "sa\xef\xbf\xbd"
                                   "b\"");
    assert_events("\"\\udc00\"", "s\xef\xbf\xbd\"");
    assert_events("\"\\ud800\\u0041\"", "s\xef\xbf\xbd"
                                        "A\"");
    assert_events("\"\\ud800\\n\"", "s\xef\xbf\xbd\n\"");
    assert_events("\"\\ud83d\\ud83d\\ude00\"", "s\xef\xbf\xbd\xf0\x9f\x98\x80\"");
    assert_events("\"\\ude00\\ud83d\"", "s\xef\xbf\xbd\xef\xbf\xbd\"");
    (void)state;
}

static void strings_and_keys_longer_than_the_window_pass_through(void **state)
{
    char text[1024];
    char events[1024];
    char filler[400];

    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    (void)snprintf(text, sizeof text, "{\"%s\":\"%s\\n\"}", filler, filler);
    (void)snprintf(events, sizeof events, "{k%s\"s%s\n\"}", filler, filler);
    assert_events(text, events);
    (void)state;
}

static void what_jsmn_lets_pass_is_refused(void **state)
{
    static struct {
        char const *text;
        size_t offset;
        enum pgtask_error error;
    } const cases[] = {
        {"[1 2]", 3, PGTASK_ERROR_JSON_SYNTAX},
        {"{\"a\"}", 4, PGTASK_ERROR_JSON_SYNTAX},
        {"{\"a\" \"b\"}", 5, PGTASK_ERROR_JSON_SYNTAX},
        {"[1,]", 3, PGTASK_ERROR_JSON_SYNTAX},
        {"{\"a\":1,}", 7, PGTASK_ERROR_JSON_SYNTAX},
        {"[,1]", 1, PGTASK_ERROR_JSON_SYNTAX},
        {"[\"a\":1]", 4, PGTASK_ERROR_JSON_SYNTAX},
        {"{\"a\":1:2}", 5, PGTASK_ERROR_JSON_NUMBER},
        {"[-]", 1, PGTASK_ERROR_JSON_NUMBER},
        {"[01]", 1, PGTASK_ERROR_JSON_NUMBER},
        {"[1.2.3]", 1, PGTASK_ERROR_JSON_NUMBER},
        {"[tru]", 1, PGTASK_ERROR_JSON_NUMBER},
        {"[1.]", 1, PGTASK_ERROR_JSON_NUMBER},
        {"[1e]", 1, PGTASK_ERROR_JSON_NUMBER},
        {"[\"\x01\"]", 2, PGTASK_ERROR_JSON_STRING},
        {"[\"a\\x\"]", 3, PGTASK_ERROR_JSON_STRING},
        {"[\"\\u12g4\"]", 2, PGTASK_ERROR_JSON_STRING},
        {"[\"\\u12\"]", 2, PGTASK_ERROR_JSON_STRING},
        {"[\"\\ud800\\u12g4\"]", 8, PGTASK_ERROR_JSON_STRING},
        {"[\"\\ud800\\x\"]", 8, PGTASK_ERROR_JSON_STRING},
        {"[\"\xc0\xaf\"]", 2, PGTASK_ERROR_JSON_STRING},
        {"[\"\xed\xa0\x80\"]", 2, PGTASK_ERROR_JSON_STRING},
        {"[\"ab\xff\"]", 4, PGTASK_ERROR_JSON_STRING},
        {"[\"ab\xe4\xb8\"]", 4, PGTASK_ERROR_JSON_STRING},
        {"{}{}", 2, PGTASK_ERROR_JSON_SYNTAX},
        {"1 1", 2, PGTASK_ERROR_JSON_SYNTAX},
        {"]", 0, PGTASK_ERROR_JSON_SYNTAX},
        {"[}", 1, PGTASK_ERROR_JSON_SYNTAX},
        {"{\"a\":[1}", 7, PGTASK_ERROR_JSON_SYNTAX},
        {"{1:2}", 1, PGTASK_ERROR_JSON_SYNTAX},
        {"{[]:2}", 1, PGTASK_ERROR_JSON_SYNTAX},
        {"'a'", 0, PGTASK_ERROR_JSON_SYNTAX},
        {"\xef\xbb\xbf{}", 0, PGTASK_ERROR_JSON_SYNTAX},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(cases[i].text, strlen(cases[i].text), cases[i].error, cases[i].offset);
    }
    (void)state;
}

static void a_nul_byte_is_refused_wherever_it_stands(void **state)
{
    static char const text[] = "{\"ab\":[12,\"cd\"]} ";

    for (size_t at = 0; at < sizeof text; at++) {
        char broken[sizeof text];

        memcpy(broken, text, sizeof text);
        broken[at] = '\0';
        run_all_ways(broken, sizeof text);
        assert_true(whole.error == PGTASK_ERROR_JSON_SYNTAX ||
                    whole.error == PGTASK_ERROR_JSON_STRING);
        assert_int_equal(whole.offset, at);
    }
    /* The first fault counts, though a NUL stands behind it. */
    assert_refused("[1\xc3\x01\0]", 6, PGTASK_ERROR_JSON_SYNTAX, 1);
    (void)state;
}

static void a_text_cut_anywhere_is_truncated(void **state)
{
    static char const text[] =
        "{\"a\\u00e9\":[-1.5e3,\"\\ud83d\\ude00\xe4\xb8\xad\",true],\"b\":{}}";

    for (size_t length = 0; length < sizeof text - 1; length++) {
        run_all_ways(text, length);
        assert_true(whole.error == PGTASK_ERROR_JSON_TRUNCATED ||
                    whole.error == PGTASK_ERROR_JSON_NUMBER);
        assert_true(whole.offset <= length);
    }
    (void)state;
}

/* Writes `depth` containers around each other, of the kinds that the bits of `kinds` say: 1 for an
 * object. Each has an element before the next one. @return the length */
static size_t nest(char *text, size_t depth, uint32_t kinds)
{
    char *at = text;

    for (size_t level = 0; level < depth; level++) {
        at += sprintf(at, "%s", (kinds >> level % 32 & 1) != 0 ? "{\"a\":0,\"b\":" : "[1,\"x\",");
    }
    at += sprintf(at, "true");
    for (size_t level = depth; level-- > 0;) {
        at += sprintf(at, "%s", (kinds >> level % 32 & 1) != 0 ? ",\"c\":[]}" : ",{},2]");
    }
    return (size_t)(at - text);
}

static uint32_t const kinds_of_nests[] = {0, UINT32_MAX, 0xaaaaaaaa, 0x0f0f3355, 0x80000001};
enum { NESTS = sizeof kinds_of_nests / sizeof kinds_of_nests[0] };

static void nesting_costs_a_bit_for_each_level(void **state)
{
    static char text[20000];
    enum { LEAST = 512, MOST = PGTASK_JSON_LEVELS };

    for (size_t i = 0; i < NESTS; i++) {
        for (size_t depth = 1; depth < MOST + 8; depth += depth < 24 || depth > LEAST ? 1 : 61) {
            size_t const length = nest(text, depth, kinds_of_nests[i]);

            run(&whole, text, length, length, length);
            run(&sliced, text, length, 1, 1);
            assert_same(&whole, &sliced);
            run(&sliced, text, length, length / 2, 7);
            assert_same(&whole, &sliced);
            assert_true(whole.error == (depth <= LEAST               ? PGTASK_DONE
                                        : depth > MOST               ? PGTASK_ERROR_JSON_DEPTH
                                        : whole.error == PGTASK_DONE ? PGTASK_DONE
                                                                     : PGTASK_ERROR_JSON_DEPTH));
        }
    }
    (void)state;
}

/* Every bracket of a deep document is looked at: one of the wrong kind is refused where it stands,
 * and so is one that is missing. */
static void brackets_match_at_any_depth(void **state)
{
    static char text[4000];
    enum { DEPTH = 60 };

    for (size_t i = 0; i < NESTS; i++) {
        size_t const length = nest(text, DEPTH, kinds_of_nests[i]);

        for (size_t at = 0; at < length; at++) {
            char const bracket = text[at];

            if (bracket == ']' || bracket == '}') {
                text[at] = bracket == ']' ? '}' : ']';
                run(&whole, text, length, length, length);
                assert_int_equal(whole.error, PGTASK_ERROR_JSON_SYNTAX);
                assert_int_equal(whole.offset, at);
                run(&sliced, text, length, at + 1, 1);
                assert_same(&whole, &sliced);
                text[at] = bracket;
            }
        }
        run(&whole, text, length - 1, length, length);
        assert_int_equal(whole.error, PGTASK_ERROR_JSON_TRUNCATED);
    }
    (void)state;
}

static void a_number_longer_than_the_window_has_no_text(void **state)
{
    char text[5 * WINDOW] = "[";

    for (size_t digits = 1; digits < 4 * WINDOW; digits++) {
        memset(text + 1, '1', digits);
        memcpy(text + 1 + digits, ",2]", 3);
        run_all_ways(text, digits + 4);
        assert_int_equal(whole.error, PGTASK_DONE);
        assert_int_equal(whole.length, digits < WINDOW - 16 ? digits + 5 : 5);
        assert_memory_equal(whole.text + whole.length - 3, "n2]", 3);
    }
    (void)state;
}

/* RFC 8259 section 6, with `#` in place of a long run of digits. */
static void grammar_of_a_number_holds_at_any_length(void **state)
{
    static char const good[][12] = {"#",    "-#",  "0.#", "-0.#e#", "#.#E+#", "1e#",
                                    "1E-#", "#e0", "#.0", "0e#",    "10#.1"};
    static char const bad[][12] = {"0#",    "-0#",   "#.",   "#.e1", "#e", "#e+",  "#.#.#",
                                   "#e#e#", "#-#",   "1.#-", "--#",  "+#", ".#",   "#a",
                                   "-.#",   "#e1.#", "00.#", "#.+1", "t#", "null#"};
    enum { GOOD = sizeof good / sizeof good[0], BAD = sizeof bad / sizeof bad[0] };
    static char text[4 * 3 * WINDOW];

    for (size_t i = 0; i < GOOD + BAD; i++) {
        char const *const form = i < GOOD ? good[i] : bad[i - GOOD];

        for (size_t digits = WINDOW / 3; digits < 3 * WINDOW; digits += 7) {
            size_t length = (size_t)sprintf(text, "{\"a\":");

            for (char const *at = form; *at != '\0'; at++) {
                size_t const run_length = *at == '#' ? digits : 1;
                memset(text + length, *at == '#' ? '7' : *at, run_length);
                length += run_length;
            }
            text[length++] = '}';
            run_all_ways(text, length);
            assert_true(i < GOOD ? whole.error == PGTASK_DONE
                                 : whole.error == PGTASK_ERROR_JSON_NUMBER ||
                                       whole.error == PGTASK_ERROR_JSON_SYNTAX);
        }
    }
    (void)state;
}

static void numbers_are_read_in_any_notation(void **state)
{
    static struct {
        char const *text;
        enum pgtask_error error;
        uint64_t number;
    } const cases[] = {
        {"0", PGTASK_OK, 0},
        {"100", PGTASK_OK, 100},
        {"1e2", PGTASK_OK, 100},
        {"100.0", PGTASK_OK, 100},
        {"1.5E1", PGTASK_OK, 15},
        {"10000e-2", PGTASK_OK, 100},
        {"0.00012e7", PGTASK_OK, 1200},
        {"-0", PGTASK_OK, 0},
        {"-0.0e5", PGTASK_OK, 0},
        {"0e999999999999", PGTASK_OK, 0},
        {"18446744073709551615", PGTASK_OK, UINT64_MAX},
        {"1844674407370955161.5e1", PGTASK_OK, UINT64_MAX},
        {"18446744073709551616", PGTASK_ERROR_ANSWER_RANGE, UINT64_C(1844674407370955161)},
        {"1e20", PGTASK_ERROR_ANSWER_RANGE, UINT64_C(10000000000000000000)},
        {"1e999999999999", PGTASK_ERROR_ANSWER_RANGE, UINT64_C(10000000000000000000)},
        {"1e-999999999999", PGTASK_ERROR_ANSWER_RANGE, 0},
        {"0.5", PGTASK_ERROR_ANSWER_RANGE, 0},
        {"15e-1", PGTASK_ERROR_ANSWER_RANGE, UINT64_C(1)},
        {"-1", PGTASK_ERROR_ANSWER_RANGE, 0},
        {"33.5", PGTASK_ERROR_ANSWER_RANGE, 33},
        {"33.33333333333333333333333333333333", PGTASK_ERROR_ANSWER_RANGE, 33},
        {"0.1005e3", PGTASK_ERROR_ANSWER_RANGE, 100},
        {"123456e-4", PGTASK_ERROR_ANSWER_RANGE, 12},
        {"0.05", PGTASK_ERROR_ANSWER_RANGE, 0},
        {"-0.5", PGTASK_ERROR_ANSWER_RANGE, 0},
        {"-1e999", PGTASK_ERROR_ANSWER_RANGE, 0},
        {"00", PGTASK_ERROR_JSON_NUMBER, 0},
        {"", PGTASK_ERROR_JSON_NUMBER, 0},
        {"abc", PGTASK_ERROR_JSON_NUMBER, 0},
        {"1 ", PGTASK_ERROR_JSON_NUMBER, 0},
        {"+1", PGTASK_ERROR_JSON_NUMBER, 0},
        {"0x10", PGTASK_ERROR_JSON_NUMBER, 0},
        {"1e", PGTASK_ERROR_JSON_NUMBER, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t number = 0;
        size_t const length = strlen(cases[i].text);
        char *const copy = guard_copy(cases[i].text, length);
        enum pgtask_error const error = pgtask_json_to_uint64(copy, length, &number);

        if (PGTASK_NUMBER_NOTATIONS || strspn(cases[i].text, "-0123456789") == length) {
            assert_int_equal(error, cases[i].error);
            assert_int_equal(number, cases[i].number);
        } else {
            assert_int_equal(error, cases[i].error == PGTASK_ERROR_JSON_NUMBER
                                        ? PGTASK_ERROR_JSON_NUMBER
                                        : PGTASK_ERROR_ANSWER_RANGE);
        }
        guard_free(copy, length);
    }
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(values_of_each_kind_become_events),
        cmocka_unit_test(escapes_become_utf_8),
        cmocka_unit_test(surrogate_without_its_other_half_becomes_u_fffd),
        cmocka_unit_test(strings_and_keys_longer_than_the_window_pass_through),
        cmocka_unit_test(what_jsmn_lets_pass_is_refused),
        cmocka_unit_test(a_nul_byte_is_refused_wherever_it_stands),
        cmocka_unit_test(a_text_cut_anywhere_is_truncated),
        cmocka_unit_test(nesting_costs_a_bit_for_each_level),
        cmocka_unit_test(brackets_match_at_any_depth),
        cmocka_unit_test(a_number_longer_than_the_window_has_no_text),
        cmocka_unit_test(grammar_of_a_number_holds_at_any_length),
        cmocka_unit_test(numbers_are_read_in_any_notation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
