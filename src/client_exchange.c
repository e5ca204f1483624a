/* SPDX-License-Identifier: MIT */
/*
 * One exchange: the request goes out, and its answer comes in as records.
 *
 * The buffer holds first the request. A session token that has no room in it stays with the
 * caller's credentials; it is sent after the first `token_at` bytes of the buffer. Then the same
 * buffer holds the answer, slice by slice:
 *
 *   slice of the stream --> HTTP --> body bytes --> answer decoder --> one record
 *
 * The exchange pulls: it reads the next slice only when the decoder has used up the one before, and
 * a record ends the pull. `body` is the part of the slice that HTTP has found to be body, and that
 * the decoder has not used up yet. The decoder is `now.answer`.
 *
 * A function returns PGTASKI_MOVED_ON after a step that leaves more to do at once. The caller's
 * loop calls again, unless this call has already read PGTASK_TURN_BYTES, which turn_bytes counts.
 */
#include "client_private.h"

#include <string.h>

#include <mbedtls/platform_util.h>

enum pgtask_error pgtaski_client_begin_exchange(struct pgtask_client *client, bool asking_time)
{
    client->asking_time = asking_time;
    client->sent = 0;
    client->slice_at = 0;
    client->slice_length = 0;
    client->body_length = 0;
    client->body_ended = false;
    client->state = PGTASK_CLIENT_SEND;
    pgtask_http_start(&client->http);
    return PGTASKI_MOVED_ON;
}

/*
 * The server may close an idle connection while the request is on its way: then not one byte of an
 * answer comes. DescribeTasks only reads, so it is safe to ask again at once.
 * @return PGTASKI_MOVED_ON: a new connection is under way; otherwise `error`, where CLOSED becomes
 *         HTTP_TRUNCATED, because the server has closed within an answer
 */
static enum pgtask_error retry_if_closed_while_idle(struct pgtask_client *client,
                                                    enum pgtask_error error)
{
    bool const is_broken = error == PGTASK_ERROR_RESET || error == PGTASK_ERROR_CLOSED ||
                           error == PGTASK_ERROR_TLS_TRUNCATED;
    bool const has_answer_begun = client->slice_length > 0;

    if (is_broken && client->reused && !has_answer_begun) {
        client->counters.retries++;
        return pgtaski_client_reconnect(client);
    }
    return error == PGTASK_ERROR_CLOSED ? PGTASK_ERROR_HTTP_TRUNCATED : error;
}

/* @return the next bytes to send, `length` of them: the buffer up to the token, the token, or the
 *         rest of the buffer; NULL if the whole request was sent */
static uint8_t const *next_piece_to_send(struct pgtask_client const *client, size_t *length)
{
    uint32_t const token_end = client->token_at + client->token_length;
    uint32_t const sent = client->sent;

    if (sent < client->token_at) {
        *length = client->token_at - sent;
        return client->buffer + sent;
    }
    if (sent < token_end) {
        *length = token_end - sent;
        return (uint8_t const *)client->config.credentials.token + (sent - client->token_at);
    }
    *length = client->request_length + client->token_length - sent;
    return *length > 0 ? client->buffer + (sent - client->token_length) : NULL;
}

enum pgtask_error pgtaski_client_on_send(struct pgtask_client *client)
{
    size_t length;
    uint8_t const *const bytes = next_piece_to_send(client, &length);
    size_t sent;
    enum pgtask_error error;

    if (bytes == NULL) {
        client->counters.requests++;
        /* The Authorization header must not stay in memory. */
        mbedtls_platform_zeroize(client->buffer, sizeof client->buffer);
        client->state = PGTASK_CLIENT_RECEIVE;
        return PGTASKI_MOVED_ON;
    }
    error = pgtask_tls_write(&client->tls, bytes, length, &sent);
    if (error == PGTASK_OK) {
        client->sent += (uint32_t)sent;
        return PGTASKI_MOVED_ON;
    }
    return retry_if_closed_while_idle(client, error);
}

/* Reads the next slice into the buffer. @return PGTASKI_MOVED_ON: it is there, or a new connection
 * is under way; PGTASK_DONE: the peer has closed, which ends the body; or an error */
static enum pgtask_error read_slice(struct pgtask_client *client)
{
    size_t received;
    enum pgtask_error error =
        pgtask_tls_read(&client->tls, client->buffer, sizeof client->buffer, &received);

    if (!client->http.has_date) {
        client->head_ms = pgtask_client_now_ms(client); /* the rest of the answer may take long */
    }
    if (error == PGTASK_OK) {
        client->slice_at = 0;
        client->slice_length = (uint32_t)received;
        client->turn_bytes += (uint32_t)received;
        return PGTASKI_MOVED_ON;
    }
    if (error == PGTASK_ERROR_CLOSED && pgtask_http_close(&client->http) == PGTASK_DONE) {
        client->connected = false;
        return PGTASK_DONE;
    }
    return retry_if_closed_while_idle(client, error);
}

/* When the client asks for the time, only the Date counts, so any status will do. */
bool pgtaski_client_is_refused_by_http(struct pgtask_client const *client)
{
    return client->state == PGTASK_CLIENT_RECEIVE && !client->asking_time &&
           client->http.status != 0 && client->http.status != PGTASKI_HTTP_OK;
}

/* Keeps the start of a refusal's body in failure.message. A proxy may have written the refusal, and
 * the text may name the proxy. Only printable ASCII is kept; a run of blanks and control bytes
 * becomes one blank, once something follows it. */
static void keep_excerpt(struct pgtask_client *client)
{
    char *const excerpt = client->failure.message;
    size_t length = strlen(excerpt);

    for (size_t i = 0; i < client->body_length; i++) {
        uint8_t const byte = client->body[i];
        bool const is_blank_due = client->is_after_blank && length > 0;

        if (byte > '~' || length + 2 >= sizeof client->failure.message) {
            continue;
        }
        client->is_after_blank = byte <= ' ';
        if (client->is_after_blank) {
            continue;
        }
        if (is_blank_due) {
            excerpt[length++] = ' ';
        }
        excerpt[length++] = (char)byte;
    }
    excerpt[length] = '\0';
}

/* Pulls the next bytes of the body out of HTTP, whatever the status. If HTTP has used up its slice,
 * reads the next one instead, for the next call: so the caller can pause after each slice.
 * @return PGTASK_OK: client->body has some; PGTASK_DONE: the body has ended; PGTASKI_MOVED_ON:
 *         another slice is there, or a new connection is under way; or an error */
static enum pgtask_error pull_body(struct pgtask_client *client)
{
    size_t taken;
    enum pgtask_error const error = pgtask_http_feed(
        &client->http, client->buffer + client->slice_at, client->slice_length - client->slice_at,
        &taken, &client->body, &client->body_length);

    client->slice_at += (uint32_t)taken;
    return error == PGTASK_MORE ? read_slice(client) : error;
}

/* Pulls the next bytes of a body, and keeps an excerpt of a refusal by HTTP. The body of a refusal
 * ends also where reading it fails, because the status tells more than that failure, and after
 * PGTASK_TURN_BYTES. @return PGTASKI_MOVED_ON: client->body may have some, client->body_ended may
 * be true, or as pull_body(); or an error */
static enum pgtask_error accept_body(struct pgtask_client *client)
{
    enum pgtask_error const pulled = pull_body(client);
    bool const is_refusal = pgtaski_client_is_refused_by_http(client);

    if (pulled == PGTASK_OK && is_refusal) {
        keep_excerpt(client);
    }
    if (pulled == PGTASK_DONE ||
        (is_refusal && (pulled < 0 || (uint32_t)client->http.body_bytes > PGTASK_TURN_BYTES))) {
        client->body_ended = true;
        client->body_length = 0;
        return PGTASKI_MOVED_ON;
    }
    return pulled == PGTASK_OK ? PGTASKI_MOVED_ON : pulled;
}

/* The answer is whole: keeps the connection for the next request if HTTP allows it. */
static void end_exchange(struct pgtask_client *client)
{
    client->idle_since_ms = pgtask_client_now_ms(client);

    bool const has_more_bytes = client->slice_at < client->slice_length; /* nobody asked for them */

    if (!client->connected || !client->http.keep_alive || has_more_bytes) {
        pgtaski_client_disconnect(client);
    }
}

/* Passes over the body: only the Date in the head matters. */
static enum pgtask_error receive_time(struct pgtask_client *client)
{
    enum pgtask_error error;

    if (!client->body_ended) {
        return accept_body(client);
    }
    error = pgtaski_client_learn_time(client);
    if (error != PGTASK_OK) {
        return error;
    }
    end_exchange(client);
    client->reused = true; /* the peer may close it before the next request has come */
    client->state = client->connected ? PGTASK_CLIENT_SIGN : PGTASK_CLIENT_RESOLVE;
    return PGTASKI_MOVED_ON;
}

/* @return whether this task is one of the last PGTASK_SEEN_TASKS that were handed on. Pages of a
 * listing may overlap, and a page that is asked for again brings its first tasks again. */
static bool has_been_handed_on(struct pgtask_client const *client, uint64_t task_id)
{
    for (uint32_t i = 0; i < PGTASK_SEEN_TASKS && i < client->seen_count; i++) {
        if (client->seen[i] == task_id) {
            return true;
        }
    }
    return false;
}

/* Hands a record on, unless the caller already has it. `seen` is a ring, and seen_count counts all
 * records that have entered it. */
static enum pgtask_error hand_on(struct pgtask_client *client, uint64_t task_id)
{
    if (has_been_handed_on(client, task_id)) {
        return PGTASKI_MOVED_ON;
    }
    client->seen[client->seen_count++ % PGTASK_SEEN_TASKS] = task_id;
    return PGTASK_OK;
}

/* Gives the decoder the body bytes at hand; if there are none, finds some. */
static enum pgtask_error feed_answer(struct pgtask_client *client)
{
    struct pgtask_answer *const answer = &client->now.answer;

    if (client->body_length > 0) {
        size_t const taken = pgtask_answer_feed(answer, client->body, client->body_length);

        client->body += taken;
        client->body_length -= taken;
        return PGTASKI_MOVED_ON;
    }
    if (client->body_ended) {
        pgtask_answer_finish(answer);
        return PGTASKI_MOVED_ON;
    }
    return accept_body(client);
}

/*
 * Decides about a refusal by HTTP. Its records do not count, and its body is read to its end for
 * the excerpt. The service may refuse in JSON under any status: then its Code tells more than the
 * status.
 * @param error  what the decoder has returned
 * @return PGTASK_MORE: read on; otherwise what on_receive() returns
 */
static enum pgtask_error judge_refusal(struct pgtask_client *client, enum pgtask_error error)
{
    if (error == PGTASK_OK) {
        return PGTASKI_MOVED_ON;
    }
    if (error == PGTASK_MORE || !client->body_ended) {
        return PGTASK_MORE;
    }
    if (error == PGTASK_ERROR_SERVICE && client->now.answer.failure.code[0] != '\0') {
        return error;
    }
    return PGTASK_ERROR_HTTP_STATUS;
}

static enum pgtask_error receive_answer(struct pgtask_client *client, struct pgtask_task *task)
{
    struct pgtask_answer *const answer = &client->now.answer;
    enum pgtask_error error = pgtask_answer_next(answer, task);

    if (pgtaski_client_is_refused_by_http(client)) {
        error = judge_refusal(client, error);
    }
    switch (error) {
    case PGTASK_OK: return hand_on(client, task->task_id);
    case PGTASK_MORE: return feed_answer(client);
    case PGTASK_DONE:
        client->counters.left_out += answer->left_out_count;
        pgtaski_client_hide_secrets(client, &answer->failure);
        end_exchange(client);
        client->state = PGTASK_CLIENT_PAGE_END;
        return PGTASKI_MOVED_ON;
    case PGTASK_ERROR_SERVICE:
        end_exchange(client); /* this answer is whole too, so the connection can be kept */
        return error;
    default: return error;
    }
}

enum pgtask_error pgtaski_client_on_receive(struct pgtask_client *client, struct pgtask_task *task)
{
    return client->asking_time ? receive_time(client) : receive_answer(client, task);
}
