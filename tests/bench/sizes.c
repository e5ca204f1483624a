/* SPDX-License-Identifier: MIT */
/* An array as long as each struct, for `nm` to read: so a 32-bit target's sizes are known without
 * running, or even linking, a program for it. */
#include <pgtask/pgtask.h>

#define SIZE_OF(name)      unsigned char const size_of_##name[sizeof(struct name)] = {0}
#define SIZE_OF_PART(name) unsigned char const size_of_##name[sizeof(client.name)] = {0}

SIZE_OF(pgtask_client);
SIZE_OF(pgtask_config);
SIZE_OF(pgtask_query);
SIZE_OF(pgtask_tc3);
SIZE_OF(pgtask_tls);
SIZE_OF(pgtask_http);
SIZE_OF(pgtask_answer);
SIZE_OF(pgtask_failure);
SIZE_OF(pgtask_counters);
SIZE_OF(pgtask_task);

extern struct pgtask_client client;
SIZE_OF_PART(buffer);
SIZE_OF_PART(seen);
