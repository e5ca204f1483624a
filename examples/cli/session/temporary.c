/* SPDX-License-Identifier: MIT */
/*
 *            .--> ROLE_NAME --> ROLE_KEYS --.
 *   IDLE ----|    (metadata service)        |--> ASSUME (STS) --> IDLE
 *            '------------------------------'
 *
 * A machine's role takes the two steps of the metadata service, and a role that is to be assumed
 * takes the last one. The keys of a step are kept when the whole way was good. Until then, and if
 * it was not, those of the last time serve, as long as they are valid.
 *
 * The metadata service speaks plain HTTP at an address that no router forwards. The address is
 * used, and not the name, so that no name server can lead elsewhere.
 */
#include "session/temporary.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define METADATA_ADDRESS  "169.254.0.23"
#define METADATA_HOST     "metadata.tencentyun.com"
#define METADATA_PATH     "/latest/meta-data/cam/security-credentials/"
#define METADATA_VARIABLE "PGTASK_METADATA_ADDRESS"

#define STS_HOST    "sts.tencentcloudapi.com"
#define STS_VERSION "2018-08-13"
#define STS_ACTION  "AssumeRole"
#define STS_SERVICE "sts"
/* The region that the SDKs use for STS, which has the same answer in each. */
#define STS_REGION   "ap-guangzhou"
#define CONTENT_TYPE "application/json"

enum {
    HTTP_PORT = 80,
    HTTPS_PORT = 443,
    METADATA_MS = 2000, /* it is on the same machine or the same rack */
    STS_MS = 15000,
    TURN_MS = 5,            /* of computing in one call, then the caller has its turn */
    TRIES = 3,              /* without keys, then the caller hears of it */
    AGAIN_MS = 1000,        /* after a failure without keys */
    AGAIN_LATER_MS = 30000, /* after a failure with keys, or after one that will stay */
    RENEW_S = 300,          /* before the end: no request is valid longer than this */
    DURATION_S = 7200,      /* of an assumed role: the SDKs' default */
    MOST_S = 7 * 86400      /* no keys are believed to live longer */
};

/* mbedTLS's code for a peer that insists on RSA-PSS: see tls12_only in pgtask/tls.h. */
enum { ILLEGAL_PARAMETER = -0x6600 };

bool temporary_is_needed(struct credentials const *credentials)
{
    return credentials->is_cvm_role || credentials->role_arn[0] != '\0';
}

static uint64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The client's clock may have been corrected by the service. */
static int64_t unix_time_s(struct temporary const *temporary)
{
    int64_t unix_s;

    if (pgtask_client_is_open(temporary->client) &&
        pgtask_client_unix_time_s(temporary->client, &unix_s)) {
        return unix_s;
    }
    return (int64_t)time(NULL);
}

static uint32_t tries(struct temporary const *temporary)
{
    uint32_t const attempts = temporary->config->retry.attempts;

    return attempts != 0 && attempts < TRIES ? attempts : TRIES;
}

/* Ends the way with a failure. @param is_final  only a person can mend it
 * @param source  NULL: the metadata service
 * @return false */
static bool fail(struct temporary *temporary, bool is_final, char const *source)
{
    uint64_t const wait_ms = is_final || temporary->has_keys ? AGAIN_LATER_MS : AGAIN_MS;

    if (source != NULL) {
        (void)text_print(temporary->problem.source, sizeof temporary->problem.source, "%s", source);
    } else {
        (void)text_print(temporary->problem.source, sizeof temporary->problem.source,
                         writer_text(&writer_error, "the metadata service at %s"),
                         temporary->metadata.name);
    }
    temporary->failures++;
    temporary->is_final = is_final || temporary->failures >= tries(temporary);
    temporary->again_ms = now_ms() + wait_ms;
    temporary->state = TEMPORARY_IDLE;
    return false;
}

static void say(struct temporary *temporary, char const *cause)
{
    (void)text_print(temporary->problem.cause, sizeof temporary->problem.cause, "%s",
                     writer_text(&writer_error, cause));
}

/* --- Begin of each step --- */

static bool take_name(void *context, char const *bytes, size_t length)
{
    struct temporary *const temporary = context;

    if (length >= sizeof temporary->role_name - temporary->role_length) {
        return false;
    }
    memcpy(temporary->role_name + temporary->role_length, bytes, length);
    temporary->role_length += length;
    temporary->role_name[temporary->role_length] = '\0';
    return true;
}

static bool take_json(void *context, char const *bytes, size_t length)
{
    struct temporary *const temporary = context;

    return picker_feed(&temporary->picker, bytes, length);
}

static bool is_loopback(char const *address)
{
    struct in_addr four;

    return strcmp(address, "::1") == 0 ||
           (inet_pton(AF_INET, address, &four) == 1 && ntohl(four.s_addr) >> 24 == 127);
}

/* A test may put itself in the place of the metadata service, but only on this machine. */
static bool find_metadata(struct temporary *temporary)
{
    char const *const given = getenv(METADATA_VARIABLE);
    struct host_port *const metadata = &temporary->metadata;

    *metadata = (struct host_port){.name = METADATA_ADDRESS, .port = HTTP_PORT};
    if (given == NULL) {
        return true;
    }
    if (host_port_read(given, metadata) != NULL || !is_loopback(metadata->name) ||
        metadata->port == 0) {
        say(temporary, "this variable is for tests, and takes only an address of this machine with "
                       "its port, such as 127.0.0.1:8080; unset it");
        return fail(temporary, true, METADATA_VARIABLE);
    }
    return true;
}

static void get_metadata(struct temporary *temporary, enum temporary_state state)
{
    bool const is_name = state == TEMPORARY_ROLE_NAME;

    (void)text_print(temporary->request, sizeof temporary->request,
                     "GET " METADATA_PATH "%s HTTP/1.1\r\nHost: " METADATA_HOST
                     "\r\nAccept: */*\r\nConnection: close\r\n\r\n",
                     is_name ? "" : temporary->role_name);
    struct fetch_request const request = {
        .host = temporary->metadata.name,
        .port = temporary->metadata.port,
        .text = temporary->request,
        .length = strlen(temporary->request),
        .timeout_ms = METADATA_MS,
        .context = temporary,
        .take = is_name ? take_name : take_json,
    };
    fetch_start(&temporary->fetch, &request);
    temporary->state = state;
}

static bool begin_role_name(struct temporary *temporary)
{
    if (!find_metadata(temporary)) {
        return false;
    }
    temporary->role_length = 0;
    temporary->role_name[0] = '\0';
    get_metadata(temporary, TEMPORARY_ROLE_NAME);
    return true;
}

/* @param paths  of the members, in the order of enum temporary_pick */
static void begin_picks(struct temporary *temporary, char const *const paths[TEMPORARY_PICKS])
{
    struct temporary_keys *const fresh = &temporary->fresh;
    struct pick const picks[TEMPORARY_PICKS] = {
        [TEMPORARY_PICK_ID] = {.text = fresh->secret_id, .capacity = sizeof fresh->secret_id},
        [TEMPORARY_PICK_KEY] = {.text = fresh->secret_key, .capacity = sizeof fresh->secret_key},
        [TEMPORARY_PICK_TOKEN] = {.text = fresh->token, .capacity = sizeof fresh->token},
        [TEMPORARY_PICK_END] = {.text = temporary->expires, .capacity = sizeof temporary->expires},
        [TEMPORARY_PICK_CODE] = {.text = temporary->code, .capacity = sizeof temporary->code},
        [TEMPORARY_PICK_MESSAGE] = {.text = temporary->message,
                                    .capacity = sizeof temporary->message},
    };

    for (size_t i = 0; i < TEMPORARY_PICKS; i++) {
        temporary->picks[i] = picks[i];
        temporary->picks[i].path = paths[i];
    }
    picker_start(&temporary->picker, temporary->picks, TEMPORARY_PICKS);
}

static bool begin_role_keys(struct temporary *temporary)
{
    static char const *const paths[TEMPORARY_PICKS] = {"/TmpSecretId", "/TmpSecretKey", "/Token",
                                                       "/ExpiredTime", "/Code",         "/Message"};

    begin_picks(temporary, paths);
    get_metadata(temporary, TEMPORARY_ROLE_KEYS);
    return true;
}

/* Writes STS's host as it is signed: with its port, if that is not the usual one. */
static void write_host(struct temporary const *temporary, char host[HOST_NAME_BYTES + 8])
{
    bool const is_usual = temporary->sts.port == 0 || temporary->sts.port == HTTPS_PORT;

    (void)text_print(host, HOST_NAME_BYTES + 8, "%s",
                     temporary->sts.name[0] != '\0' ? temporary->sts.name : STS_HOST);
    if (!is_usual) {
        (void)text_append(host, HOST_NAME_BYTES + 8, ":%u", (unsigned)temporary->sts.port);
    }
}

/* @return whether the signed request fits into its place */
static bool write_assume(struct temporary *temporary, struct pgtask_credentials const *keys,
                         char const *host, char const *body, int64_t unix_s)
{
    char authorization[PGTASK_TC3_SECRET_ID_MAX + 256];
    size_t length;
    struct pgtask_tc3_signature signature;
    struct pgtask_tc3_request const request = {
        .method = "POST",
        .service = STS_SERVICE,
        .host = host,
        .content_type = CONTENT_TYPE,
        .payload = (uint8_t const *)body,
        .payload_length = strlen(body),
        .unix_s = unix_s,
    };

    if (pgtask_tc3_sign(&temporary->tc3, keys, &request, &signature) != PGTASK_OK ||
        pgtask_tc3_write_authorization(keys, &request, &signature, authorization,
                                       sizeof authorization, &length) != PGTASK_OK) {
        return false;
    }
    bool fits = text_print(
        temporary->request, sizeof temporary->request,
        "POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: " CONTENT_TYPE "\r\nContent-Length: %zu"
        "\r\nX-TC-Region: " STS_REGION "\r\nX-TC-RequestClient: pgtask\r\nX-TC-Action: " STS_ACTION
        "\r\nX-TC-Version: " STS_VERSION "\r\nX-TC-Timestamp: %ju\r\nAuthorization: %s\r\n"
        "Connection: close\r\n",
        host, strlen(body), (uintmax_t)unix_s, authorization);
    if (keys->token != NULL && keys->token[0] != '\0') {
        fits = text_append(temporary->request, sizeof temporary->request, "X-TC-Token: %s\r\n",
                           keys->token) &&
               fits;
    }
    text_wipe(authorization, sizeof authorization);
    return text_append(temporary->request, sizeof temporary->request, "\r\n%s", body) && fits;
}

/* The client's own proxy. It was chosen for the endpoint, which is a neighbour of STS. */
static struct pgtask_proxy find_proxy(struct pgtask_config const *config)
{
#if PGTASK_PROXY
    return config->proxy;
#else
    (void)config;
    return (struct pgtask_proxy){.host = NULL};
#endif
}

static bool begin_assume(struct temporary *temporary, struct credentials const *base,
                         struct pgtask_credentials const *keys)
{
    static char const *const paths[TEMPORARY_PICKS] = {"/Response/Credentials/TmpSecretId",
                                                       "/Response/Credentials/TmpSecretKey",
                                                       "/Response/Credentials/Token",
                                                       "/Response/ExpiredTime",
                                                       "/Response/Error/Code",
                                                       "/Response/Error/Message"};
    char host[HOST_NAME_BYTES + 8];
    char body[CREDENTIALS_ARN_BYTES + CREDENTIALS_SESSION_BYTES + 128];
    int64_t const unix_s = unix_time_s(temporary);
    bool const has_fallen_back = pgtask_client_is_open(temporary->client) &&
                                 pgtask_client_counters(temporary->client)->fallbacks > 0;

    write_host(temporary, host);
    (void)text_print(body, sizeof body,
                     "{\"RoleArn\":\"%s\",\"RoleSessionName\":\"%s\",\"DurationSeconds\":%u}",
                     base->role_arn, base->role_session, (unsigned)DURATION_S);
    if (!write_assume(temporary, keys, host, body, unix_s)) {
        say(temporary, "the request cannot be signed; check the keys and this device's clock");
        return fail(temporary, true, "STS");
    }
    begin_picks(temporary, paths);
    struct fetch_request const request = {
        .host = temporary->sts.name[0] != '\0' ? temporary->sts.name : STS_HOST,
        .port = temporary->sts.port != 0 ? temporary->sts.port : (uint16_t)HTTPS_PORT,
        .proxy = find_proxy(temporary->config),
        .roots = &temporary->config->roots,
        .unix_s = unix_s,
        .tls12_only = temporary->config->tls_max_version == PGTASK_TLS_1_2 ||
                      temporary->wants_tls12 || has_fallen_back,
        .refuse_downgrade = temporary->config->tls_max_version != PGTASK_TLS_1_2,
        .text = temporary->request,
        .length = strlen(temporary->request),
        .timeout_ms = STS_MS,
        .context = temporary,
        .take = take_json,
    };
    fetch_start(&temporary->fetch, &request);
    temporary->state = TEMPORARY_ASSUME;
    return true;
}

static bool begin(struct temporary *temporary, struct credentials const *base)
{
    temporary->is_final = false;
    return base->is_cvm_role ? begin_role_name(temporary)
                             : begin_assume(temporary, base, &base->keys);
}

/* --- End of each step --- */

static struct pgtask_credentials point_to(struct temporary_keys const *keys)
{
    return (struct pgtask_credentials){
        .secret_id = keys->secret_id, .secret_key = keys->secret_key, .token = keys->token};
}

/* @return whether the answer has whole keys that have not ended; `life_s` is how long they last */
static bool is_answer_good(struct temporary const *temporary, uint64_t *life_s)
{
    struct pgtask_credentials const fresh = point_to(&temporary->fresh);
    int64_t const now_s =
        temporary->fetch.has_date ? temporary->fetch.date_unix_s : unix_time_s(temporary);
    uint64_t end_s;

    for (size_t i = 0; i <= TEMPORARY_PICK_END; i++) {
        struct pick const *const pick = &temporary->picks[i];
        if (!pick->is_found || pick->is_bad || pick->text[0] == '\0') {
            return false;
        }
    }
    if (pgtask_tc3_check_credentials(&fresh) != PGTASK_OK ||
        pgtask_json_to_uint64(temporary->expires, strlen(temporary->expires), &end_s) !=
            PGTASK_OK ||
        end_s > INT64_MAX || (int64_t)end_s <= now_s) {
        return false;
    }
    *life_s = end_s - (uint64_t)now_s;
    *life_s = *life_s < MOST_S ? *life_s : MOST_S;
    return true;
}

/* The new keys take the place of the old ones. */
static bool keep(struct temporary *temporary, uint64_t life_s)
{
    uint64_t const early_s = life_s > 2 * RENEW_S ? RENEW_S : life_s / 2;
    uint64_t const now = now_ms();

    temporary->current = temporary->fresh;
    text_wipe(&temporary->fresh, sizeof temporary->fresh);
    temporary->has_keys = true;
    temporary->renew_ms = now + (life_s - early_s) * 1000;
    temporary->end_ms = now + life_s * 1000;
    temporary->again_ms = now + AGAIN_MS;
    temporary->problem.cause[0] = '\0';
    temporary->failures = 0;
    temporary->state = TEMPORARY_IDLE;
    return true;
}

static bool is_role_name(char const *name)
{
    static char const characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_=,.@+-";

    return name[0] != '\0' && name[strspn(name, characters)] == '\0';
}

static bool refuse_status(struct temporary *temporary)
{
    (void)text_print(temporary->problem.cause, sizeof temporary->problem.cause,
                     writer_text(&writer_error, "it answered with the HTTP status %u"),
                     (unsigned)temporary->fetch.status);
    return fail(temporary, false, NULL);
}

static bool end_role_name(struct temporary *temporary)
{
    enum { NOT_FOUND = 404, GOOD = 200 };

    if (temporary->fetch.status == NOT_FOUND) {
        say(temporary, "no role is bound to this machine; bind one that may call "
                       "postgres:DescribeTasks in the console (CVM), or give keys in another way");
        return fail(temporary, true, NULL);
    }
    if (temporary->fetch.status != GOOD) {
        return refuse_status(temporary);
    }
    temporary->role_name[strcspn(temporary->role_name, "\r\n")] = '\0';
    if (!is_role_name(temporary->role_name)) {
        say(temporary, "its answer is not the name of a role; check that this machine is a CVM of "
                       "Tencent Cloud");
        return fail(temporary, true, NULL);
    }
    return begin_role_keys(temporary);
}

static bool end_role_keys(struct temporary *temporary, struct credentials const *base)
{
    enum { GOOD = 200 };
    uint64_t life_s = 0;

    if (temporary->fetch.status != GOOD) {
        return refuse_status(temporary);
    }
    bool const is_whole = picker_finish(&temporary->picker);
    if (is_whole && strcmp(temporary->code, "Success") != 0) {
        (void)text_print(
            temporary->problem.cause, sizeof temporary->problem.cause,
            writer_text(&writer_error,
                        "it has no keys for the role %s: %s; check the role in the console (CAM)"),
            temporary->role_name, temporary->code[0] != '\0' ? temporary->code : "no Code");
        return fail(temporary, false, NULL);
    }
    if (!is_whole || !is_answer_good(temporary, &life_s)) {
        say(temporary, "its answer has no keys, or keys that have ended");
        return fail(temporary, false, NULL);
    }
    if (base->role_arn[0] == '\0') {
        return keep(temporary, life_s);
    }
    temporary->machine = temporary->fresh;
    struct pgtask_credentials const keys = point_to(&temporary->machine);
    return begin_assume(temporary, base, &keys);
}

/* A refusal is final if another try cannot mend it. */
static bool refuse_assume(struct temporary *temporary, struct credentials const *base)
{
    struct pgtask_service_error known;
    bool const is_known = pgtask_service_error_find(temporary->code, &known);
    bool const may_pass =
        is_known && (known.retry == PGTASK_RETRY_FEW || known.retry == PGTASK_RETRY_BACKOFF);
    struct pgtask_credentials const sent =
        base->is_cvm_role ? point_to(&temporary->machine) : base->keys;
    char const *const secrets[] = {sent.secret_id, sent.token};

    /* A server may repeat what it was sent. */
    for (size_t i = 0; i < 2; i++) {
        if (secrets[i] != NULL && strstr(temporary->message, secrets[i]) != NULL) {
            temporary->message[0] = '\0';
        }
    }
    size_t const length = strlen(temporary->message);
    if (length > 0 && temporary->message[length - 1] == '.') {
        temporary->message[length - 1] = '\0'; /* the sentence goes on */
    }
    (void)text_print(
        temporary->problem.cause, sizeof temporary->problem.cause,
        writer_text(&writer_error,
                    "STS refused to assume the role: %s%s%s; check the role's ARN, and "
                    "that the role trusts these keys"),
        temporary->code, temporary->message[0] != '\0' ? ": " : "", temporary->message);
    return fail(temporary, !may_pass, base->role_arn);
}

static bool end_assume(struct temporary *temporary, struct credentials const *base)
{
    uint64_t life_s = 0;
    bool const is_whole = picker_finish(&temporary->picker);

    if (is_whole && temporary->picks[TEMPORARY_PICK_CODE].is_found) {
        return refuse_assume(temporary, base);
    }
    if (!is_whole || !is_answer_good(temporary, &life_s)) {
        (void)text_print(temporary->problem.cause, sizeof temporary->problem.cause,
                         writer_text(&writer_error, "STS's answer (HTTP status %u) has no keys"),
                         (unsigned)temporary->fetch.status);
        return fail(temporary, false, base->role_arn);
    }
    return keep(temporary, life_s);
}

/* The exchange itself failed. */
static bool fail_exchange(struct temporary *temporary, enum pgtask_error error)
{
    bool const is_assume = temporary->state == TEMPORARY_ASSUME;

    if (is_assume && error == PGTASK_ERROR_TLS_HANDSHAKE &&
        temporary->fetch.tls_detail == ILLEGAL_PARAMETER) {
        temporary->wants_tls12 = true;
    }
    char const *const what =
        error == PGTASK_ERROR_TIMEOUT ? "there was no answer in time" : pgtask_error_text(error);
    (void)text_print(
        temporary->problem.cause, sizeof temporary->problem.cause,
        is_assume ? writer_text(&writer_error, "the role cannot be assumed: %s")
                  : writer_text(&writer_error, "%s; only a CVM of Tencent Cloud has this service"),
        writer_text(&writer_error, what));
    char host[HOST_NAME_BYTES + 8];
    write_host(temporary, host);
    return fail(temporary, false, is_assume ? host : NULL);
}

/* @return whether the way goes on: the next step has begun, or there are new keys */
static bool end_step(struct temporary *temporary, struct credentials const *base,
                     enum pgtask_error error)
{
    text_wipe(temporary->request, sizeof temporary->request);
    if (error != PGTASK_OK) {
        return fail_exchange(temporary, error);
    }
    switch (temporary->state) {
    case TEMPORARY_ROLE_NAME: return end_role_name(temporary);
    case TEMPORARY_ROLE_KEYS: return end_role_keys(temporary, base);
    case TEMPORARY_ASSUME: return end_assume(temporary, base);
    case TEMPORARY_IDLE: break;
    }
    return false;
}

/* Goes on until it has to wait, or has had its turn. @return whether it is at an end */
static bool go_on(struct temporary *temporary, struct credentials const *base)
{
    uint64_t const until_ms = now_ms() + TURN_MS;

    while (temporary->state != TEMPORARY_IDLE) {
        enum pgtask_error const error = fetch_next(&temporary->fetch);

        if (error == PGTASK_WOULD_BLOCK || (error == PGTASK_MORE && now_ms() >= until_ms)) {
            return false;
        }
        if (error != PGTASK_MORE) {
            (void)end_step(temporary, base, error);
        }
    }
    picker_wipe(&temporary->picker);
    text_wipe(&temporary->machine, sizeof temporary->machine);
    return true;
}

static bool is_due(struct temporary const *temporary, bool refused)
{
    uint64_t const now = now_ms();

    return now >= temporary->again_ms &&
           (refused || !temporary->has_keys || now >= temporary->renew_ms);
}

enum pgtask_error temporary_renew(struct temporary *temporary, struct credentials const *base,
                                  bool refused, struct pgtask_credentials *keys)
{
    if (temporary->state == TEMPORARY_IDLE && is_due(temporary, refused)) {
        (void)begin(temporary, base);
    }
    if (temporary->state != TEMPORARY_IDLE && !go_on(temporary, base)) {
        return PGTASK_WOULD_BLOCK;
    }
    if (temporary->has_keys && now_ms() >= temporary->end_ms) {
        temporary->has_keys = false;
        text_wipe(&temporary->current, sizeof temporary->current);
    }
    if (temporary->has_keys) {
        *keys = point_to(&temporary->current);
        return PGTASK_OK;
    }
    return temporary->is_final ? PGTASK_ERROR_CREDENTIALS : PGTASK_WOULD_BLOCK;
}

void temporary_refresh(struct temporary *temporary)
{
    temporary->renew_ms = 0;
    temporary->again_ms = 0;
}

void temporary_forget(struct temporary *temporary)
{
    fetch_close(&temporary->fetch);
    text_wipe(&temporary->current, sizeof temporary->current);
    text_wipe(&temporary->machine, sizeof temporary->machine);
    text_wipe(&temporary->fresh, sizeof temporary->fresh);
    text_wipe(temporary->request, sizeof temporary->request);
    picker_wipe(&temporary->picker);
    pgtask_tc3_forget(&temporary->tc3);
    temporary->has_keys = false;
    temporary->is_final = false;
    temporary->failures = 0;
    temporary->problem.cause[0] = '\0';
    temporary->again_ms = 0;
    temporary->state = TEMPORARY_IDLE;
}

struct problem const *temporary_problem(struct temporary const *temporary)
{
    return !temporary->has_keys && temporary->problem.cause[0] != '\0' ? &temporary->problem : NULL;
}
