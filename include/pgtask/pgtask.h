/* SPDX-License-Identifier: MIT */
/** @file pgtask.h All of the public interface. */
#ifndef PGTASK_PGTASK_H
#define PGTASK_PGTASK_H

#include <pgtask/client.h>
#include <pgtask/config.h>
#include <pgtask/error.h>
#include <pgtask/failure.h>
#include <pgtask/led.h>
#include <pgtask/port.h>
#include <pgtask/query.h>
#include <pgtask/task.h>
#include <pgtask/version.h>
#include <pgtask/watch.h>

#endif
