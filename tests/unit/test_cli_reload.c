/* SPDX-License-Identifier: MIT */
/* Credentials that are read again, from an environment that changes. */
#include "leds/reload.h"

#include "base/writer.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct session session;
static struct reload reload;

static void set_keys(char const *secret_id, char const *secret_key)
{
    assert_int_equal(setenv("TENCENTCLOUD_SECRET_ID", secret_id, 1), 0);
    assert_int_equal(setenv("TENCENTCLOUD_SECRET_KEY", secret_key, 1), 0);
}

/* A session as session_open() leaves it; messages go nowhere. */
static int open_session(void **state)
{
    struct problem problem;

    (void)state;
    writer_error = (struct writer){.descriptor = open("/dev/null", O_WRONLY | O_CLOEXEC)};
    (void)unsetenv("TENCENTCLOUD_TOKEN");
    set_keys("AKIDfirst", "firstkey");
    session = (struct session){.config = {.region = "ap-guangzhou"}};
    reload = (struct reload){.is_due = false};
    if (!credentials_find(&session.credentials, &session.wanted, &problem)) {
        return -1;
    }
    session.config.credentials = session.credentials.keys;
    reload_attach(&reload, &session);
    return 0;
}

static int close_session(void **state)
{
    (void)state;
    reload_close(&reload);
    return close(writer_error.descriptor);
}

/* @return the id of the key that the client would get for its next request */
static char const *next_id(bool refused)
{
    struct pgtask_credentials credentials;

    assert_int_equal(session.config.renew(session.config.renew_context, refused, &credentials),
                     PGTASK_OK);
    return credentials.secret_id;
}

static void the_client_is_not_opened_here(void **state)
{
    struct pgtask_query const query = {.limit = 1};

    assert_int_equal(pgtask_client_list(&session.client, &query), PGTASK_ERROR_STATE);
    (void)state;
}

static void keys_are_read_again_only_when_due_or_refused(void **state)
{
    set_keys("AKIDsecond", "secondkey");
    assert_string_equal(next_id(false), "AKIDfirst");
    reload.is_due = true;
    assert_string_equal(next_id(false), "AKIDsecond");
    assert_false(reload.is_due);
    set_keys("AKIDthird", "thirdkey");
    assert_string_equal(next_id(false), "AKIDsecond");
    assert_string_equal(next_id(true), "AKIDthird");
    (void)state;
}

static void present_keys_stay_if_the_new_ones_are_bad(void **state)
{
    set_keys("AKIDfourth", "\"key");
    reload.is_due = true;
    assert_string_equal(next_id(false), "AKIDfirst");
    assert_string_not_equal(reload.problem.cause, "");
    set_keys("AKIDsecond", "secondkey");
    assert_string_equal(next_id(true), "AKIDsecond");
    assert_string_equal(reload.problem.cause, "");
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup_teardown(the_client_is_not_opened_here, open_session, close_session),
        cmocka_unit_test_setup_teardown(keys_are_read_again_only_when_due_or_refused, open_session,
                                        close_session),
        cmocka_unit_test_setup_teardown(present_keys_stay_if_the_new_ones_are_bad, open_session,
                                        close_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
