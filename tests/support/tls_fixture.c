/* SPDX-License-Identifier: MIT */
/* The fixture starts a server and prepares the roots for each test of TLS. */
#include "tls_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

struct tls_fixture fixture;

size_t arena_used(void)
{
    struct pgtask_arena_use use;

    pgtask_arena_measure(&use);
    return use.used;
}

void trust(char const *name)
{
    char path[600];

    pgtask_posix_roots_close(&fixture.store);
    (void)snprintf(path, sizeof path, "%s/%s.pem", fixture.certificates, name);
    assert_int_equal(pgtask_posix_roots_open(&fixture.store, path, &fixture.roots), PGTASK_OK);
}

size_t copy_roots(struct pgtask_root *list, size_t capacity)
{
    static uint8_t der[FIXTURE_ROOTS][PGTASK_PEM_ROOT_BYTES];
    struct pgtask_roots const *const roots = &fixture.roots;
    size_t count = 0;

    while (count < capacity && count < FIXTURE_ROOTS &&
           roots->next(roots->context, count == 0, &list[count]) == PGTASK_OK) {
        memcpy(der[count], list[count].der, list[count].length);
        list[count].der = der[count];
        count++;
    }
    return count;
}

int tls_set_up(void **state)
{
    fixture.arena_before = arena_used();
    fixture.store.descriptor = -1;
    trust("ca");
    (void)state;
    return 0;
}

int tls_tear_down(void **state)
{
    openssl_server_kill(&fixture.server);
    tls_client_close(&fixture.client);
    tls_client_close(&fixture.client);
    pgtask_posix_roots_close(&fixture.store);
    assert_int_equal(arena_used(), fixture.arena_before);
    (void)state;
    return 0;
}

enum pgtask_error open_tls(void)
{
    struct pgtask_tls_options const options = {
        .host_name = HOST, .roots = &fixture.roots, .unix_s = (int64_t)time(NULL)};

    return tls_client_open(&fixture.client, &options);
}

void connect_to_openssl(char const *options)
{
    openssl_server_start(&fixture.server, fixture.certificates, "server", options);
    tls_client_connect(&fixture.client, fixture.server.port_number);
}

void shake_hands_with_openssl(char const *options)
{
    connect_to_openssl(options);
    assert_int_equal(open_tls(), PGTASK_OK);
    assert_int_equal(tls_client_handshake(&fixture.client), PGTASK_OK);
}
