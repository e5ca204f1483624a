/* SPDX-License-Identifier: MIT */
/*
 * A plugin of QEMU. It counts how many instructions a board runs between two stores to a register,
 * such as that of the LED or of the watchdog, and so measures a program from outside.
 *
 *     -plugin build/firmware/store_gaps.so,out=GAPS,led=0x40028000,watchdog=0x4000800c
 *
 * Each time a gap is the longest so far, the file gets a line `led LONGEST STORES`. The gap that is
 * still open counts as soon as a store ends it. Processors in sleep run no instructions.
 *
 * Debian has no header for plugins, so the functions of QEMU 7.2 that are used are declared here.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

/* From qemu-plugin.h, version 1 of the interface. */
enum { QEMU_PLUGIN_VERSION = 1 };
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_W = 2 };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
                                           void (*translate)(qemu_plugin_id_t id,
                                                             struct qemu_plugin_tb *tb));
size_t qemu_plugin_tb_n_insns(struct qemu_plugin_tb const *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(struct qemu_plugin_tb const *tb, size_t at);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
                                                enum qemu_plugin_op op, void *counter,
                                                uint64_t addend);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
                                      void (*access)(unsigned cpu, qemu_plugin_meminfo_t info,
                                                     uint64_t address, void *data),
                                      enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
                                      void *data);

EXPORT int const qemu_plugin_version = QEMU_PLUGIN_VERSION;
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, struct qemu_info const *info, int count,
                               char **words);

enum { MOST_REGISTERS = 4 };

struct watched {
    char name[32];
    uint64_t address;
    uint64_t stores;
    uint64_t last; /* instructions before the last store */
    uint64_t longest;
};

static struct watched registers[MOST_REGISTERS];
static size_t register_count;
static uint64_t instructions;
static FILE *file;

static void end_gap(struct watched *one)
{
    uint64_t const gap = instructions - one->last;

    if (one->stores > 0 && gap > one->longest) {
        one->longest = gap;
        (void)fprintf(file, "%s %" PRIu64 " %" PRIu64 "\n", one->name, gap, one->stores);
        (void)fflush(file);
    }
    one->stores++;
    one->last = instructions;
}

static void take_store(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address, void *data)
{
    (void)cpu;
    (void)info;
    (void)data;
    for (size_t i = 0; i < register_count; i++) {
        if (registers[i].address == address) {
            end_gap(&registers[i]);
        }
    }
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
        struct qemu_plugin_insn *const insn = qemu_plugin_tb_get_insn(tb, i);

        qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &instructions,
                                                   1);
        qemu_plugin_register_vcpu_mem_cb(insn, take_store, QEMU_PLUGIN_CB_NO_REGS,
                                         QEMU_PLUGIN_MEM_W, NULL);
    }
}

/* @return whether the word was understood */
static bool take_word(char const *word)
{
    char const *const value = strchr(word, '=');
    size_t const length = value == NULL ? 0 : (size_t)(value - word);
    struct watched *const one = &registers[register_count];

    if (length == 0 || length >= sizeof one->name) {
        return false;
    }
    if (strncmp(word, "out=", sizeof "out=" - 1) == 0) {
        file = fopen(value + 1, "w");
        return file != NULL;
    }
    if (register_count == MOST_REGISTERS) {
        return false;
    }
    memcpy(one->name, word, length);
    one->address = strtoull(value + 1, NULL, 0);
    register_count++;
    return true;
}

int qemu_plugin_install(qemu_plugin_id_t id, struct qemu_info const *info, int count, char **words)
{
    (void)info;
    for (int i = 0; i < count; i++) {
        if (!take_word(words[i])) {
            return -1;
        }
    }
    if (file == NULL) {
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    return 0;
}
