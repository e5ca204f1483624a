/* SPDX-License-Identifier: MIT */
/* CONNECT of HTTP (RFC 9110, 9.3.6), with credentials by Basic (RFC 7617). */
#include "session/tunnel.h"

#include "base/text.h"

#include <string.h>

/* Appends the credentials in Base64 (RFC 4648, 4). */
static bool append_base64(char text[TUNNEL_BYTES], char const *credentials)
{
    static char const digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t const length = strlen(credentials);
    bool fits = true;

    for (size_t at = 0; at < length; at += 3) {
        size_t const count = length - at < 3 ? length - at : 3;
        char group[] = "====";
        uint32_t bits = 0;

        for (size_t i = 0; i < count; i++) {
            bits |= (uint32_t)(uint8_t)credentials[at + i] << (16 - 8 * i);
        }
        for (size_t i = 0; i <= count; i++) {
            group[i] = digits[bits >> (18 - 6 * i) & 63];
        }
        fits = text_append(text, TUNNEL_BYTES, "%s", group) && fits;
        text_wipe(group, sizeof group);
    }
    return fits;
}

bool tunnel_write(char text[TUNNEL_BYTES], struct pgtask_proxy const *proxy, char const *host,
                  uint16_t port)
{
    bool fits = text_print(text, TUNNEL_BYTES, "CONNECT %s:%u HTTP/1.1\r\nHost: %s:%u", host,
                           (unsigned)port, host, (unsigned)port);

    if (proxy->credentials != NULL) {
        fits = text_append(text, TUNNEL_BYTES, "\r\nProxy-Authorization: Basic ") &&
               append_base64(text, proxy->credentials) && fits;
    }
    return text_append(text, TUNNEL_BYTES, "\r\n\r\n") && fits;
}

enum pgtask_error tunnel_judge(unsigned status)
{
    enum { REFUSED = 300, UNAUTHORIZED = 401, AUTHENTICATION = 407, FAULT = 500 };

    if (status >= FAULT) {
        return PGTASK_ERROR_PROXY_GATEWAY;
    }
    if (status == AUTHENTICATION || status == UNAUTHORIZED) {
        return PGTASK_ERROR_PROXY_CREDENTIALS;
    }
    return status >= REFUSED ? PGTASK_ERROR_PROXY_REFUSED : PGTASK_OK;
}
