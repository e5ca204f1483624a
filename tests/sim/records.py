# SPDX-License-Identifier: MIT
"""What a peer that owns the service's key sends without end inside the encrypted channel."""

import struct

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, DATA = 0x14, 0x15, 0x16, 0x17
KEY_UPDATE = 0x18
WHERE = ("answer", "body", "between")  # in place of it; in it; with bytes of it between


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def _ticket(length: int) -> bytes:
    """NewSessionTicket of RFC 8446, section 4.6.1."""
    ticket = struct.pack(">H", length) + b"t" * length
    return _message(4, struct.pack(">II", 7200, 1) + b"\x01\x00" + ticket + b"\x00\x00")


_CERTIFICATE_REQUEST = _message(13, b"\x01\x00" + b"\x00\x08" + b"\x00\x0d\x00\x04\x00\x02\x04\x03")
_RENEGOTIATE = _message(0, b"")  # HelloRequest

# What is repeated: the type of the record, the plaintext that comes once, and that of each record.
RECORDS: dict[str, tuple[int, bytes, bytes]] = {
    "tickets": (HANDSHAKE, b"", _ticket(1)),
    "long_tickets": (HANDSHAKE, b"", _ticket(16000)),
    "gathered_tickets": (HANDSHAKE, b"", _ticket(1) * 800),
    "ticket_byte_by_byte": (HANDSHAKE, b"\x04\x00\x3f\x00", b"t"),
    "key_updates": (HANDSHAKE, b"", _message(KEY_UPDATE, b"\x00")),
    "key_updates_asked_for": (HANDSHAKE, b"", _message(KEY_UPDATE, b"\x01")),
    "certificate_requests": (HANDSHAKE, b"", _CERTIFICATE_REQUEST),
    "hello_requests": (HANDSHAKE, b"", _RENEGOTIATE),
    "gathered_hello_requests": (HANDSHAKE, b"", _RENEGOTIATE * 4000),
    "empty_handshakes": (HANDSHAKE, b"", b""),
    "empty_data": (DATA, b"", b""),
    "padded_data": (DATA, b"", b""),  # TLS 1.3: with zeros up to the length of a record
    "warnings": (ALERT, b"", b"\x01\x5a"),  # user_canceled
    "renegotiation_warnings": (ALERT, b"", b"\x01\x64"),  # no_renegotiation
    "change_cipher_specs": (CHANGE_CIPHER_SPEC, b"", b"\x01"),  # TLS 1.3: not encrypted
}
PADDING = {"padded_data": 16000}
