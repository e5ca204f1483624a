/* SPDX-License-Identifier: MIT */
/**
 * @file pgtask_at.h
 * The port for a Wi-Fi module that is driven by AT commands over a UART: the set of Espressif's
 * ESP-AT 2.x to 4.x for ESP32 and ESP8266. It is also the worked example of port/README.md: a port
 * to a network that is not lwIP.
 *
 * The module keeps received bytes (its passive mode) until the port asks for them, so a slow reader
 * slows the server down and no byte is lost. TLS is the library's: the module moves bytes only.
 *
 * Before it opens the port, the program resets the module and joins the access point (AT+CWJAP); a
 * module keeps that in its own flash. From then on the UART belongs to the port. After a restart of
 * the module, the port sets it up again.
 *
 * The module does not tell whether a connection has ended or was broken: it says CLOSED to both. So
 * the port calls both PGTASK_ERROR_CLOSED. Nothing is lost by that, because TLS and HTTP know
 * whether an answer is whole.
 *
 * The module was simulated (tests/port/at_module.py). The port has not run with a real one yet.
 */
#ifndef PGTASK_AT_H
#define PGTASK_AT_H

#include <pgtask/port.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The port sends and asks for at most this many bytes at once, 64 to 2,048. Each way takes a
 *  buffer of this size. */
#ifndef PGTASK_AT_BYTES
#define PGTASK_AT_BYTES 512
#endif
#if PGTASK_AT_BYTES < 64 || PGTASK_AT_BYTES > 2048
#error "PGTASK_AT_BYTES must be 64 to 2048"
#endif

/** A module that has not answered a command for this time, milliseconds, is set up anew. The first
 *  is for commands that wait for the network; it is longer than the module's own limit for them. */
#define PGTASK_AT_NETWORK_MS 30000u
#define PGTASK_AT_ANSWER_MS  5000u

/** The longest name of a host, with its NUL (RFC 1035, 2.3.4). */
#define PGTASK_AT_HOST_BYTES 254

/** The longest command around a name, and a line of the module, of which the rest is dropped. */
#define PGTASK_AT_COMMAND_BYTES (PGTASK_AT_HOST_BYTES + 32)
#define PGTASK_AT_LINE_BYTES    80

/** What the port needs that the module does not have. No function may block, except `wait`. */
struct pgtask_at_platform {
    void *context; /**< handed to each function below */

    uint64_t (*monotonic_ms)(void *context); /**< as in port.h */

    /** Tells Unix time. NULL if there is no clock. @return false while the time is not known */
    bool (*unix_time_s)(void *context, int64_t *unix_s);

    /** Fills `bytes` with random bytes fit for keys. @return false if they must not be used */
    bool (*entropy)(void *context, uint8_t *bytes, size_t length);

    /**
     * Takes bytes that the UART has received. An interrupt or DMA must collect them meanwhile, in a
     * ring of PGTASK_AT_BYTES + 256: a computation of TLS may take seconds, and the module answers
     * one command in that time. @return how many, 0 to `capacity`
     */
    size_t (*read)(void *context, uint8_t *bytes, size_t capacity);

    /** Gives bytes to the UART. @return how many it took, 0 to `length` */
    size_t (*write)(void *context, uint8_t const *bytes, size_t length);

    /** Sleeps until the UART has received a byte or the time has come, whichever is first; may
     *  return early. NULL if the program does not call pgtask_client_sleep(). */
    void (*wait)(void *context, uint64_t until_ms);

#if PGTASK_PULSE
    /** Feeds a watchdog during long computations: `pulse` in port.h. May be NULL. */
    void (*pulse)(void *context);
#endif
};

/** The command that the module is carrying out. It takes one at a time. */
enum pgtask_at_command {
    PGTASK_AT_NONE,
    PGTASK_AT_FIND,        /**< is it there? Drops what it still had to say */
    PGTASK_AT_ECHO_OFF,    /**< it must not repeat commands */
    PGTASK_AT_SINGLE,      /**< one connection at a time */
    PGTASK_AT_PASSIVE,     /**< it keeps received bytes */
    PGTASK_AT_PASSIVE_OLD, /**< the same for ESP-AT 2.x */
    PGTASK_AT_LOOK_UP,
    PGTASK_AT_CONNECT,
    PGTASK_AT_SEND,
    PGTASK_AT_RECEIVE,
    PGTASK_AT_CLOSE
};

/** How far the module is set up. */
enum pgtask_at_readiness {
    PGTASK_AT_UNKNOWN,
    PGTASK_AT_FOUND,
    PGTASK_AT_SILENCED,
    PGTASK_AT_CLOSED, /**< a connection of an earlier run is gone */
    PGTASK_AT_MODE_SINGLE,
    PGTASK_AT_MODE_OLD, /**< it refused the newer command for the passive mode */
    PGTASK_AT_READY
};

/** What the client's stream is doing. */
enum pgtask_at_state {
    PGTASK_AT_IDLE,
    PGTASK_AT_RESOLVING,
    PGTASK_AT_ANSWERED, /**< the look-up has ended well, and the client does not know it yet */
    PGTASK_AT_RESOLVED,
    PGTASK_AT_CONNECTING,
    PGTASK_AT_CONNECTED,
    PGTASK_AT_BROKEN /**< the look-up, the attempt or the connection has failed */
};

/** last_failure() of this port. */
enum pgtask_at_failure {
    PGTASK_AT_FAILURE_NONE,
    PGTASK_AT_FAILURE_SILENT,  /**< the module does not answer: check wires, baud rate and reset */
    PGTASK_AT_FAILURE_SET_UP,  /**< the module refused a setting: its firmware is not ESP-AT 2.x or
                                    later */
    PGTASK_AT_FAILURE_NAME,    /**< it found no address: check the name, or join the network */
    PGTASK_AT_FAILURE_CONNECT, /**< it could not connect */
    PGTASK_AT_FAILURE_SEND,    /**< it could not send */
    PGTASK_AT_FAILURE_RESTARTED, /**< it restarted: check its supply */
    PGTASK_AT_FAILURE_STEP /**< its answer does not fit to the command: check the UART for lost
                              bytes */
};

/** One port. The caller places it and calls pgtask_at_open(); members are private. */
struct pgtask_at {
    struct pgtask_port port; /**< give `&at.port` to the client */
    struct pgtask_at_platform platform;
    enum pgtask_at_state state;
    enum pgtask_at_readiness readiness;
    enum pgtask_at_failure failure;
    bool is_silent;      /**< not yet told to the client */
    bool has_link;       /**< the module may have a connection */
    bool peer_closed;    /**< after the bytes that the module keeps comes the end */
    bool may_have_bytes; /**< the module may keep received bytes */

    enum pgtask_at_command command;
    bool is_abandoned; /**< nobody wants the result of `command` any more */
    bool was_noted;    /**< a line that belongs to the command has come */
    uint64_t command_until_ms;

    char text[PGTASK_AT_COMMAND_BYTES]; /**< the command */
    size_t text_length;
    size_t text_at;               /**< next byte for the UART */
    uint8_t out[PGTASK_AT_BYTES]; /**< bytes of the stream for the module */
    size_t out_length;
    size_t out_at;
    bool may_send_out; /**< the module has asked for them */

    char line[PGTASK_AT_LINE_BYTES]; /**< from the module */
    size_t line_length;
    size_t data_left;            /**< of the stream, before the next line begins */
    uint8_t in[PGTASK_AT_BYTES]; /**< bytes of the stream that nobody has taken yet */
    size_t in_length;
    size_t in_at;

    char address[PGTASK_AT_LINE_BYTES]; /**< of the host, as the module writes it */
};

/** Fills in the port. `platform` is copied. Cannot fail; the module is looked for later. */
void pgtask_at_open(struct pgtask_at *at, struct pgtask_at_platform const *platform);

#ifdef __cplusplus
}
#endif

#endif
