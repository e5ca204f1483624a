/* SPDX-License-Identifier: MIT */
/* What signing leaves on the stack. */
#include "signing.h"

#include <pthread.h>
#include <stdlib.h>

#define STACK_BYTES (256 * 1024)

static uint8_t const marker[8] = "no key\xF7";

/* AddressSanitizer may keep locals elsewhere. This test needs them on the stack. */
char const *__asan_default_options(void);
char const *__asan_default_options(void)
{
    return "detect_stack_use_after_return=0";
}

/*
 * Signs, and leaves markers on the stack, which prove that the search finds what stays there. There
 * are many, since the end of the thread overwrites some.
 */
static void *sign_on_this_stack(void *argument)
{
    uint8_t volatile left_behind[4096];
    struct signing_vector const *const v = argument;
    struct pgtask_credentials const credentials = credentials_of(v);
    struct pgtask_tc3_request const request = request_of(v);
    static struct pgtask_tc3 tc3;
    static struct pgtask_tc3_signature signature;

    for (size_t i = 0; i < sizeof left_behind; i++) {
        left_behind[i] = marker[i % sizeof marker];
    }
    pgtask_tc3_forget(&tc3);
    bool const signed_well = pgtask_tc3_sign(&tc3, &credentials, &request, &signature) == PGTASK_OK;

    return signed_well && left_behind[0] == marker[0] ? argument : NULL;
}

static bool holds(uint8_t const *stack, uint8_t const *bytes, size_t length)
{
    for (size_t i = 0; i + length <= STACK_BYTES; i++) {
        if (memcmp(stack + i, bytes, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Asserts that 8 bytes of a key are gone, also in the form that a pad of HMAC gives them. */
static void expect_gone(uint8_t const *stack, uint8_t const *secret, uint8_t pad)
{
    uint8_t padded[8];

    for (size_t i = 0; i < sizeof padded; i++) {
        padded[i] = secret[i] ^ pad;
    }
    assert_false(holds(stack, padded, sizeof padded));
}

/* Signs on a stack of its own, and searches it afterwards. */
static void no_key_stays_on_the_stack(void **state)
{
    struct signing_vector const *const v = vector("gen-pg-instance-2hdr");
    uint8_t secrets[4][PGTASK_TC3_HASH_BYTES];
    uint8_t *stack;
    pthread_attr_t attributes;
    pthread_t thread;
    void *result;

    assert_int_equal(
        pgtask_tc3_derive(v->secret_key, v->date, v->service, secrets[0], secrets[1], secrets[2]),
        PGTASK_OK);
    memcpy(secrets[3], v->secret_key, PGTASK_TC3_HASH_BYTES);
    assert_int_equal(posix_memalign((void **)&stack, 4096, STACK_BYTES), 0);
    memset(stack, 0xA5, STACK_BYTES);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK_BYTES), 0);
    assert_int_equal(pthread_create(&thread, &attributes, sign_on_this_stack, (void *)(uintptr_t)v),
                     0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_ptr_equal(result, v);
    assert_true(holds(stack, marker, sizeof marker));
    for (size_t i = 0; i < 4; i++) {
        for (size_t at = 0; at < PGTASK_TC3_HASH_BYTES; at += 8) {
            expect_gone(stack, secrets[i] + at, 0);
            expect_gone(stack, secrets[i] + at, 0x36);
            expect_gone(stack, secrets[i] + at, 0x5C);
        }
    }
    pthread_attr_destroy(&attributes);
    free(stack);
    (void)state;
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(no_key_stays_on_the_stack),
    };

    return cmocka_run_group_tests_name("tc3 stack", tests, NULL, NULL);
}
