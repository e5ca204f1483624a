/* SPDX-License-Identifier: MIT */
/* From the command line to an open client, and from its last error to an exit status. */
#include "session/session.h"

#include "base/report.h"
#include "base/signals.h"
#include "base/text.h"
#include "session/trust_problem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Some refusals are retried two or three times only: --attempts can lower that, not raise it. */
enum { FEW_ATTEMPTS = 3 };

/* The environment counts before the profile, unless an option has named the profile. */
static enum exit_status find_region(struct session *session, struct options const *options,
                                    struct profile const *profile)
{
    static char const variable[] = "TENCENTCLOUD_REGION";
    struct profile_settings const *const settings = &session->settings;
    enum exit_status status = EXIT_GOOD;

    if (options->region == NULL && settings->region[0] != '\0' &&
        (profile->is_option || getenv(variable) == NULL)) {
        session->config.region = settings->region;
        session->region_source = settings->region_source;
        return EXIT_GOOD;
    }
    session->config.region =
        route_setting(options->region, "--region", variable, &session->region_source, &status);
    if (session->config.region == NULL && status == EXIT_GOOD) {
        report_error("%s: no region given; use --region, such as --region ap-guangzhou, or set "
                     "%s.",
                     session->command, variable);
        status = EXIT_USAGE;
    }
    return status;
}

/* What the profile says beside keys counts where nothing else does. */
static enum exit_status find_settings(struct session *session, struct options const *options)
{
    struct profile_settings *const settings = &session->settings;
    struct pgtask_config *const config = &session->config;
    struct profile profile;
    struct problem problem;

    if (!profile_choose(&profile, options->profile, &problem)) {
        report_error("%s: %s.", problem.source, problem.cause);
        return EXIT_USAGE;
    }
    profile_read_settings(&profile, settings);
    session->route.endpoint = settings->endpoint;
    if (config->language == NULL &&
        (strcmp(settings->language, "zh-CN") == 0 || strcmp(settings->language, "en-US") == 0)) {
        config->language = settings->language;
    }
    session->temporary.sts = settings->sts_endpoint;
    return find_region(session, options, &profile);
}

enum pgtask_error session_supply_keys(struct session *session,
                                      struct credentials const *credentials, bool refused,
                                      struct pgtask_credentials *keys)
{
    if (temporary_is_needed(credentials)) {
        return temporary_renew(&session->temporary, credentials, refused, keys);
    }
    *keys = credentials->keys;
    return PGTASK_OK;
}

static enum pgtask_error renew(void *context, bool refused, struct pgtask_credentials *keys)
{
    struct session *const session = context;

    return session_supply_keys(session, &session->credentials, refused, keys);
}

#define GIVE_KEYS                                                                                  \
    "Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or write secret_id and secret_key "   \
    "under [default] in ~/.tencentcloud/credentials."

/* A request that is only shown is signed with keys that are at hand. */
static enum exit_status refuse_to_fetch(struct session const *session)
{
    if (session->credentials.is_last_resort) {
        report_error("no credentials found. Looked at: %s. " GIVE_KEYS,
                     session->credentials.looked_at);
    } else {
        report_error("%s: --dry-run and --as-curl send nothing, so they cannot fetch the keys of a "
                     "role; give keys in the environment or in a profile.",
                     session->command);
    }
    return EXIT_USAGE;
}

/* The role of this machine is the last place that may have keys, so one try tells whether there are
 * any. It takes two seconds at most. */
static enum exit_status ask_last_resort(struct session *session)
{
    enum { LOOK_MS = 20 };
    struct temporary *const temporary = &session->temporary;
    struct pgtask_credentials keys;

    while (temporary_renew(temporary, &session->credentials, false, &keys) != PGTASK_OK) {
        struct problem const *const problem = temporary_problem(temporary);
        if (problem != NULL) {
            report_error("no credentials found. Looked at: %s, %s (%s). " GIVE_KEYS,
                         session->credentials.looked_at, problem->source, problem->cause);
            return EXIT_USAGE;
        }
        if (signals_ending() != 0) {
            return (enum exit_status)(EXIT_SIGNAL + signals_ending());
        }
        session_wait(session, PGTASK_INTEREST_TIME, session_now_ms(session) + LOOK_MS);
    }
    return EXIT_GOOD;
}

static enum exit_status find_credentials(struct session *session, struct options const *options)
{
    struct credentials *const credentials = &session->credentials;
    struct problem problem;

    session->wanted = (struct credentials_wanted){.profile = options->profile,
                                                  .role_arn = options->role_arn,
                                                  .role_session = options->role_session_name,
                                                  .use_cvm_role = options->use_cvm_role,
                                                  .distrusts_clock = options->no_clock};
    if (options->role_session_name != NULL && options->role_arn == NULL) {
        report_error("%s: --role-session-name needs --role-arn.", session->command);
        return EXIT_USAGE;
    }
    if (!credentials_find(credentials, &session->wanted, &problem)) {
        report_error("%s: %s.", problem.source, problem.cause);
        return EXIT_USAGE;
    }
    if (credentials->is_open_to_others) {
        report_warning("other users can read or change %s; run chmod 600 on it.",
                       credentials->path);
    }
    session->config.credentials = credentials->keys;
    session->credentials_source = credentials->source;
    if (credentials->is_in_file) {
        (void)text_print(session->credentials_file, sizeof session->credentials_file, "%s",
                         credentials->path);
        session->credentials_source = session->credentials_file;
    }
    session->temporary.client = &session->client;
    session->temporary.config = &session->config;
    if (temporary_is_needed(credentials)) {
        if (options->dry_run || options->as_curl) {
            return refuse_to_fetch(session);
        }
        session->config.renew = renew;
        session->config.renew_context = session;
    }
    return EXIT_GOOD;
}

/* @return the file of CA certificates; NULL: the system's bundle. OpenSSL's variable counts too */
static char const *find_ca_file(struct options const *options, char const **source,
                                enum exit_status *status)
{
    static char const openssl_variable[] = "SSL_CERT_FILE";
    char const *const file =
        route_setting(options->ca_file, "--ca-file", "PGTASK_CA_FILE", source, status);
    char const *const other = getenv(openssl_variable);

    if (file == NULL && other != NULL && other[0] != '\0') {
        *source = openssl_variable;
        return other;
    }
    return file;
}

static enum exit_status open_roots(struct session *session, struct options const *options)
{
    char problem[TRUST_PROBLEM_BYTES];
    enum exit_status status = EXIT_GOOD;
    char const *source;
    char const *const file = find_ca_file(options, &source, &status);

    if (status != EXIT_GOOD) {
        return status;
    }
    if (trust_open(&session->trust, file, &session->config.roots)) {
        return EXIT_GOOD;
    }
    if (file != NULL) {
        report_error("%s: %s. Check %s.", file, trust_problem_find(file, problem), source);
    } else {
        report_error("no CA certificates found; install ca-certificates or use --ca-file.");
    }
    return EXIT_USAGE;
}

enum exit_status session_open(struct session *session, struct options const *options)
{
    static char const *const languages[] = {
        [0] = NULL, [OPTIONS_ZH_CN] = "zh-CN", [OPTIONS_EN_US] = "en-US"};
    struct pgtask_config *const config = &session->config;

    pgtask_posix_open(&session->posix);
    if (options->no_clock) {
        session->posix.port.unix_time_s = NULL;
    }
    config->language = languages[options->language];
    config->tls_max_version =
        options->tls_max == OPTIONS_TLS_1_2 ? PGTASK_TLS_1_2 : PGTASK_TLS_NEWEST;
    config->timeout_ms = options->timeout_ms;
    config->retry.attempts = options->attempts;
    config->retry.few_attempts = options->attempts < FEW_ATTEMPTS ? options->attempts : 0;

    enum exit_status status = find_settings(session, options);
    if (status == EXIT_GOOD) {
        status = route_find(&session->route, options, config);
    }
    if (status == EXIT_GOOD) {
        status = find_credentials(session, options);
    }
    if (status == EXIT_GOOD) {
        status = open_roots(session, options);
    }
    if (status == EXIT_GOOD && session->credentials.is_last_resort) {
        status = ask_last_resort(session);
    }
    return status;
}

enum exit_status session_start(struct session *session)
{
    enum pgtask_error const error =
        pgtask_client_open(&session->client, &session->config, &session->posix.port);

    if (error == PGTASK_OK) {
        return EXIT_GOOD;
    }
    if (strcmp(pgtask_client_failure(&session->client)->member, "region") == 0) {
        report_error(
            "%s: %s: this is not a region; a region has only letters, digits and '-', such as "
            "ap-guangzhou.",
            session->command, session->region_source);
        return EXIT_USAGE;
    }
    return session_report(session, error);
}

uint64_t session_now_ms(struct session const *session)
{
    struct pgtask_port const *const port = &session->posix.port;

    return port->monotonic_ms(port->context);
}

void session_wait(struct session *session, enum pgtask_interest interest, uint64_t until_ms)
{
    int const descriptor =
        interest != PGTASK_INTEREST_TIME ? pgtask_posix_descriptor(&session->posix) : -1;
    uint64_t const turn_ms = pgtask_posix_until_ms(&session->posix);
    uint64_t const until = until_ms < turn_ms ? until_ms : turn_ms;
    uint64_t const now = session_now_ms(session);

    if (signals_ending() == 0) {
        signals_wait(descriptor, interest == PGTASK_INTEREST_WRITE, until > now ? until - now : 0);
    }
}

/* The client sees that the idle connection is gone when it wants to use it, and makes another. */
void session_forget_peer(struct session *session)
{
    static uint8_t const none[1];

    if (pgtask_client_import_session(&session->client, none, 0) == PGTASK_OK) {
        (void)shutdown(pgtask_posix_descriptor(&session->posix), SHUT_RDWR);
    }
}

enum trust_news session_renew_roots(struct session *session, bool is_asked)
{
    enum trust_news const news = trust_look(&session->trust, session_now_ms(session), is_asked);

    if (news == TRUST_NEW) {
        session_forget_peer(session);
    }
    return news;
}

void session_report_roots(struct session const *session, enum trust_news news)
{
    if (news == TRUST_NEW) {
        report_warning(TRUST_FORM_NEW ".", trust_path(&session->trust));
    } else if (news == TRUST_BROKEN) {
        report_warning(TRUST_FORM_BROKEN ".", trust_path(&session->trust));
    }
}

void session_close(struct session *session)
{
    pgtask_client_close(&session->client);
    pgtask_posix_close(&session->posix);
    trust_close(&session->trust);
    temporary_forget(&session->temporary);
    route_wipe(&session->route);
    credentials_wipe(&session->credentials);
}

char const *session_failure_text(struct session *session, struct writer const *reader)
{
    char const *const file = session->credentials_file;
    enum pgtask_error const error = pgtask_client_failure(&session->client)->error;
    struct problem const *const problem = temporary_problem(&session->temporary);
    char where[ADVICE_WHERE_BYTES];

    if (problem != NULL && (error == PGTASK_ERROR_CREDENTIALS || error == PGTASK_ERROR_TIMEOUT)) {
        (void)text_print(session->failure, sizeof session->failure, "%s: %s.", problem->source,
                         problem->cause);
        return session->failure;
    }
    return advice_write(session->failure, pgtask_client_failure(&session->client), reader,
                        file[0] != '\0' ? file : NULL, session->posix.port.unix_time_s != NULL,
                        session->config.region, route_where(where, &session->config, reader));
}

enum exit_status session_report(struct session *session, enum pgtask_error error)
{
    report_error("%s", session_failure_text(session, &writer_error));
    return exit_status_of(error);
}

enum exit_status session_finish(struct session *session, enum pgtask_error error)
{
    if (signals_ending() != 0) {
        return (enum exit_status)(EXIT_SIGNAL + signals_ending());
    }
    enum exit_status const status = exit_status_check_output();
    if (status != EXIT_GOOD) {
        return status;
    }
    return error == PGTASK_DONE ? EXIT_GOOD : session_report(session, error);
}
