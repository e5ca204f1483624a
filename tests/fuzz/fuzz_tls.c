/* SPDX-License-Identifier: MIT */
/* Takes any bytes as those of a TLS server. */
#include "peer.h"

void fuzz_one(uint8_t const *steer, uint8_t const *text, size_t length)
{
    struct pgtask_tls_session session = {0};
    struct peer_head head;
    struct peer peer;

    if (peer_take_head(&head, &text, &length)) {
        peer_play(&peer, head, steer, text, length);
        (void)peer_visit(&peer, head, (head.bits & PEER_RESUMES) != 0 ? &session : NULL);
        FUZZ_CHECK(session.length <= sizeof session.bytes);
    }
}
