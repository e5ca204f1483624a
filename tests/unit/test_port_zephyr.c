/* SPDX-License-Identifier: MIT */
/* The port for Zephyr, against stubs of Zephyr's headers whose functions are this machine's. */
#include <pgtask_zephyr.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "port_trial.h"

static struct pgtask_zephyr zephyr;

static int set_up(void **state)
{
    (void)state;
    pgtask_zephyr_open(&zephyr, NULL);
    return 0;
}

static void port_keeps_every_promise(void **state)
{
    (void)state;
    assert_int_equal(port_trial_check(&zephyr.sockets.port, NULL, true, NULL), 0);
}

static void all_tasks_are_listed_over_verified_tls_without_a_clock(void **state)
{
    (void)state;
    trial.config.connect_port = trial.simulator.port_number;
    port_trial_open(&zephyr.sockets.port);
    port_trial_assert_lists();
    port_trial_close();
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test_setup(port_keeps_every_promise, set_up),
        cmocka_unit_test_setup(all_tasks_are_listed_over_verified_tls_without_a_clock, set_up),
    };

    return cmocka_run_group_tests(tests, port_trial_start, port_trial_stop);
}
