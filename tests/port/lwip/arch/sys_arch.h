/* SPDX-License-Identifier: MIT */
/** @file sys_arch.h What lwIP asks an RTOS for, as types without contents. */
#ifndef PGTASK_TEST_SYS_ARCH_H
#define PGTASK_TEST_SYS_ARCH_H

typedef struct stub_semaphore *sys_sem_t;
typedef struct stub_mutex *sys_mutex_t;
typedef struct stub_mailbox *sys_mbox_t;
typedef struct stub_thread *sys_thread_t;
typedef unsigned sys_prot_t;

#endif
