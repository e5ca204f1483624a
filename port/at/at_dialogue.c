/* SPDX-License-Identifier: MIT */
/*
 * The dialogue with the module. It takes one command at a time, and answers with lines; the last
 * one is OK or ERROR. Other lines may come at any time: +IPD says that bytes of the stream have
 * come, CLOSED that the peer has ended it, ready that the module has restarted.
 *
 * Two answers are not made of lines. After AT+CIPSEND the module asks for the bytes with a `>`, and
 * its last line is SEND OK. The answer of AT+CIPRECVDATA has the bytes themselves in its middle.
 *
 * A command that the client no longer wants cannot be stopped. Its result is dropped
 * (is_abandoned), and only then does the next command begin.
 */
#include "at_private.h"

#include <string.h>

/* One turn takes at most this many bytes, so it ends whatever the module sends. */
#define TURN_BYTES (2u * PGTASK_AT_BYTES)

/* The digits of a number of 32 bits. */
#define DIGITS 10

static uint64_t now_ms(struct pgtask_at const *at)
{
    return at->platform.monotonic_ms(at->platform.context);
}

/* --- Commands --- */

static void add_text(struct pgtask_at *at, char const *text)
{
    size_t const length = strlen(text);

    memcpy(at->text + at->text_length, text, length);
    at->text_length += length;
}

static void add_number(struct pgtask_at *at, uint32_t number)
{
    char digits[DIGITS + 1] = "";
    size_t begin = DIGITS;

    do {
        digits[--begin] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    add_text(at, digits + begin);
}

static uint32_t patience_ms(enum pgtask_at_command command)
{
    switch (command) {
    case PGTASK_AT_LOOK_UP:
    case PGTASK_AT_CONNECT:
    case PGTASK_AT_SEND: return PGTASK_AT_NETWORK_MS;
    default: return PGTASK_AT_ANSWER_MS;
    }
}

void pgtaski_at_begin(struct pgtask_at *at, enum pgtask_at_command command, char const *argument,
                      uint32_t number)
{
    /* An `@` stands for the argument, a `#` for the number. */
    static char const *const texts[] = {
        [PGTASK_AT_NONE] = "",
        [PGTASK_AT_FIND] = "AT+CIPMUX?",
        [PGTASK_AT_ECHO_OFF] = "ATE0",
        [PGTASK_AT_SINGLE] = "AT+CIPMUX=0",
        [PGTASK_AT_PASSIVE] = "AT+CIPRECVTYPE=1",
        [PGTASK_AT_PASSIVE_OLD] = "AT+CIPRECVMODE=1",
        [PGTASK_AT_LOOK_UP] = "AT+CIPDOMAIN=\"@\"",
        [PGTASK_AT_CONNECT] = "AT+CIPSTART=\"TCP\",\"@\",#",
        [PGTASK_AT_SEND] = "AT+CIPSEND=#",
        [PGTASK_AT_RECEIVE] = "AT+CIPRECVDATA=#",
        [PGTASK_AT_CLOSE] = "AT+CIPCLOSE",
    };
    at->text_length = at->text_at = 0;
    for (char const *from = texts[command]; *from != '\0'; from++) {
        char const one[2] = {*from, '\0'};

        if (*from == '#') {
            add_number(at, number);
        } else {
            add_text(at, *from == '@' ? argument : one);
        }
    }
    add_text(at, "\r\n");
    at->command = command;
    at->is_abandoned = false;
    at->was_noted = false;
    at->may_send_out = false;
    at->command_until_ms = now_ms(at) + patience_ms(command);
}

/* The next step of setting up; for a module that is ready, of closing an old connection. */
static enum pgtask_at_command next_step(struct pgtask_at const *at)
{
    switch (at->readiness) {
    case PGTASK_AT_UNKNOWN: return PGTASK_AT_FIND;
    case PGTASK_AT_FOUND: return PGTASK_AT_ECHO_OFF;
    case PGTASK_AT_SILENCED: return PGTASK_AT_CLOSE;
    case PGTASK_AT_CLOSED: return PGTASK_AT_SINGLE;
    case PGTASK_AT_MODE_SINGLE: return PGTASK_AT_PASSIVE;
    case PGTASK_AT_MODE_OLD: return PGTASK_AT_PASSIVE_OLD;
    default: return at->has_link ? PGTASK_AT_CLOSE : PGTASK_AT_NONE;
    }
}

enum pgtask_error pgtaski_at_make_ready(struct pgtask_at *at)
{
    enum pgtask_at_command step;

    if (at->is_silent) {
        at->is_silent = false;
        return PGTASK_ERROR_PORT;
    }
    if (at->command != PGTASK_AT_NONE) {
        return PGTASK_WOULD_BLOCK;
    }
    step = next_step(at);
    if (step == PGTASK_AT_NONE) {
        return PGTASK_OK;
    }
    pgtaski_at_begin(at, step, NULL, 0);
    return PGTASK_WOULD_BLOCK;
}

/* --- Results --- */

static void fail(struct pgtask_at *at, enum pgtask_at_failure failure)
{
    at->failure = failure;
    switch (at->state) {
    case PGTASK_AT_RESOLVING:
    case PGTASK_AT_CONNECTING:
    case PGTASK_AT_CONNECTED: at->state = PGTASK_AT_BROKEN; break;
    default: break;
    }
}

/* The module has to be found and set up anew. */
static void lose_module(struct pgtask_at *at, enum pgtask_at_failure failure)
{
    fail(at, failure);
    at->readiness = PGTASK_AT_UNKNOWN;
    at->command = PGTASK_AT_NONE;
    at->text_at = at->text_length;
    at->may_send_out = false;
    at->data_left = 0;
    at->has_link = false;
    at->may_have_bytes = false;
}

static void refuse_set_up(struct pgtask_at *at)
{
    lose_module(at, PGTASK_AT_FAILURE_SET_UP);
    at->is_silent = true;
}

/* One step of setting up has ended. Some modules refuse a step, and have no need of it. */
static void end_step(struct pgtask_at *at, enum pgtask_at_command command, bool is_good)
{
    switch (command) {
    case PGTASK_AT_FIND: at->readiness = PGTASK_AT_FOUND; break;
    case PGTASK_AT_ECHO_OFF: at->readiness = PGTASK_AT_SILENCED; break;
    case PGTASK_AT_CLOSE: at->readiness = PGTASK_AT_CLOSED; break;
    case PGTASK_AT_SINGLE:
        if (!is_good) {
            refuse_set_up(at);
            break;
        }
        at->readiness = PGTASK_AT_MODE_SINGLE;
        break;
    case PGTASK_AT_PASSIVE: at->readiness = is_good ? PGTASK_AT_READY : PGTASK_AT_MODE_OLD; break;
    case PGTASK_AT_PASSIVE_OLD:
        if (!is_good) {
            refuse_set_up(at);
            break;
        }
        at->readiness = PGTASK_AT_READY;
        break;
    default: break;
    }
}

static void end_look_up(struct pgtask_at *at, bool is_good)
{
    if (!is_good || at->address[0] == '\0') {
        fail(at, PGTASK_AT_FAILURE_NAME);
        return;
    }
    at->state = PGTASK_AT_ANSWERED;
}

static void end_connect(struct pgtask_at *at, bool is_good)
{
    at->has_link = is_good;
    if (at->is_abandoned) {
        return;
    }
    if (!is_good) {
        fail(at, PGTASK_AT_FAILURE_CONNECT);
        return;
    }
    at->state = PGTASK_AT_CONNECTED;
}

/* A command of the stream has ended. */
static void end_stream_command(struct pgtask_at *at, enum pgtask_at_command command, bool is_good)
{
    if (command == PGTASK_AT_CLOSE) {
        at->has_link = false;
    } else if (command == PGTASK_AT_CONNECT) {
        end_connect(at, is_good);
    } else if (at->is_abandoned) {
        return;
    } else if (command == PGTASK_AT_LOOK_UP) {
        end_look_up(at, is_good);
    } else if (command == PGTASK_AT_SEND && !is_good) {
        fail(at, PGTASK_AT_FAILURE_SEND);
    } else if (command == PGTASK_AT_RECEIVE && !is_good && !at->was_noted) {
        /* It keeps no bytes. With a new +IPD meanwhile, it may keep some again. */
        at->may_have_bytes = false;
    }
}

static void end_command(struct pgtask_at *at, bool is_good)
{
    enum pgtask_at_command const command = at->command;

    at->command = PGTASK_AT_NONE;
    if (at->readiness != PGTASK_AT_READY) {
        end_step(at, command, is_good);
    } else {
        end_stream_command(at, command, is_good);
    }
}

/* --- What the module says --- */

static bool begins_with(char const *line, char const *begin)
{
    return strncmp(line, begin, strlen(begin)) == 0;
}

/* "+CIPDOMAIN:" is followed by the address, in quotation marks since ESP-AT 2.2. */
static void keep_address(struct pgtask_at *at, char const *from)
{
    size_t length = 0;

    for (; *from != '\0' && length + 1 < sizeof at->address; from++) {
        if (*from != '"') {
            at->address[length++] = *from;
        }
    }
    at->address[length] = '\0';
}

static void take_event(struct pgtask_at *at, char const *line)
{
    if (begins_with(line, "+IPD,")) {
        at->may_have_bytes = true;
        at->was_noted = at->was_noted || at->command == PGTASK_AT_RECEIVE;
    } else if (strcmp(line, "CONNECT") == 0 && at->command == PGTASK_AT_CONNECT) {
        at->was_noted = true;
        at->has_link = true;
    } else if (strcmp(line, "CLOSED") == 0) {
        /* A CLOSED before CONNECT is about an earlier connection. */
        at->peer_closed = at->peer_closed || at->state == PGTASK_AT_CONNECTED ||
                          (at->command == PGTASK_AT_CONNECT && at->was_noted);
        at->may_have_bytes = at->may_have_bytes || at->peer_closed;
    } else if (strcmp(line, "ready") == 0) {
        lose_module(at, PGTASK_AT_FAILURE_RESTARTED);
    } else if (begins_with(line, "busy ") && at->command != PGTASK_AT_FIND) {
        lose_module(at, PGTASK_AT_FAILURE_STEP); /* it was at work on something else */
    } else if (begins_with(line, "+CIPMUX:")) {
        at->was_noted = true;
    } else if (begins_with(line, "+CIPDOMAIN:") && at->command == PGTASK_AT_LOOK_UP) {
        keep_address(at, line + strlen("+CIPDOMAIN:"));
    }
}

/* @return whether the line ends the command, and how */
static bool ends_command(struct pgtask_at const *at, char const *line, bool *is_good)
{
    static char const *const bad[] = {"ERROR", "FAIL", "SEND FAIL"};

    *is_good = strcmp(line, at->command == PGTASK_AT_SEND ? "SEND OK" : "OK") == 0;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (strcmp(line, bad[i]) == 0) {
            return at->command != PGTASK_AT_FIND;
        }
    }
    /* What comes before +CIPMUX belongs to a command of an earlier run. */
    return *is_good && (at->command != PGTASK_AT_FIND || at->was_noted);
}

static void take_line(struct pgtask_at *at)
{
    bool is_good;

    at->line[at->line_length] = '\0';
    at->line_length = 0;
    if (at->command != PGTASK_AT_NONE && ends_command(at, at->line, &is_good)) {
        end_command(at, is_good);
    } else {
        take_event(at, at->line);
    }
}

/* "+CIPRECVDATA:N," was read. The bytes follow; without any, or with too many, the dialogue is out
 * of step. */
static void begin_data(struct pgtask_at *at)
{
    size_t length = 0;

    for (char const *from = at->line + strlen("+CIPRECVDATA:"); *from >= '0' && *from <= '9';
         from++) {
        length = length * 10 + (size_t)(*from - '0');
        if (length > PGTASK_AT_BYTES) {
            break;
        }
    }
    at->line_length = 0;
    if (at->command != PGTASK_AT_RECEIVE || length == 0 || length > PGTASK_AT_BYTES) {
        lose_module(at, PGTASK_AT_FAILURE_STEP);
        return;
    }
    at->data_left = length;
}

static void take_data(struct pgtask_at *at, uint8_t byte)
{
    at->data_left--;
    if (!at->is_abandoned && at->in_length < sizeof at->in) {
        at->in[at->in_length++] = byte;
    }
}

static void take_byte(struct pgtask_at *at, uint8_t byte)
{
    if (at->data_left > 0) {
        take_data(at, byte);
        return;
    }
    if (byte == '\n') {
        take_line(at);
        return;
    }
    if (byte == '>' && at->line_length == 0 && at->command == PGTASK_AT_SEND) {
        at->may_send_out = true;
        return;
    }
    if (byte == '\r' || at->line_length + 1 >= sizeof at->line) {
        return;
    }
    at->line[at->line_length++] = (char)byte;
    if (byte == ',') {
        at->line[at->line_length] = '\0';
        if (begins_with(at->line, "+CIPRECVDATA:")) {
            begin_data(at);
        }
    }
}

/* --- One turn --- */

static void write_some(struct pgtask_at *at)
{
    void *const context = at->platform.context;

    if (at->text_at < at->text_length) {
        at->text_at += at->platform.write(context, (uint8_t const *)at->text + at->text_at,
                                          at->text_length - at->text_at);
    }
    if (at->may_send_out && at->out_at < at->out_length) {
        at->out_at +=
            at->platform.write(context, at->out + at->out_at, at->out_length - at->out_at);
    }
}

static void read_some(struct pgtask_at *at)
{
    uint8_t bytes[64];
    size_t left = TURN_BYTES;
    size_t count;

    do {
        size_t const wanted = left < sizeof bytes ? left : sizeof bytes;

        count = at->platform.read(at->platform.context, bytes, wanted);
        for (size_t i = 0; i < count; i++) {
            take_byte(at, bytes[i]);
        }
        left -= count;
    } while (count > 0 && left > 0);
}

void pgtaski_at_turn(struct pgtask_at *at)
{
    write_some(at);
    read_some(at);
    write_some(at);
    if (at->command != PGTASK_AT_NONE && now_ms(at) >= at->command_until_ms) {
        lose_module(at, PGTASK_AT_FAILURE_SILENT);
        at->is_silent = true;
    }
}
