# SPDX-License-Identifier: MIT
"""A peer that owns the service's key and sends records that no TLS library would send.

OpenSSL shakes hands and logs its secrets. From then on the records are made here, as RFC 8446,
section 5, and RFC 5288 say. Only the cipher suites with AES-GCM are known.

    peer = Insider(connection, context, log)
    peer.send(DATA, b"HTTP/1.1 200 OK\\r\\n")
    peer.flood("tickets", stop)
"""

import hmac
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sim.records import CHANGE_CIPHER_SPEC, DATA, HANDSHAKE, KEY_UPDATE, PADDING, RECORDS

MOST_BYTES = 2**30  # nobody takes more than this
_RANDOM = slice(11, 43)  # in the first record of either peer, which is its hello
_GATHERED = 40  # records that are sent at once


class _Keys13:
    """What the server encrypts with in TLS 1.3."""

    def __init__(self, secret: bytes, cipher: str) -> None:
        self._hash = "sha384" if cipher.endswith("SHA384") else "sha256"
        self._key_bytes = 32 if "AES_256" in cipher else 16
        self._use(secret)

    def _expand(self, secret: bytes, label: str, length: int) -> bytes:
        """HKDF-Expand-Label with an empty context, of one block at most."""
        name = b"tls13 " + label.encode()
        info = struct.pack(">HB", length, len(name)) + name + b"\x00" + b"\x01"
        return hmac.digest(secret, info, self._hash)[:length]

    def _use(self, secret: bytes) -> None:
        self._secret = secret
        self._cipher = AESGCM(self._expand(secret, "key", self._key_bytes))
        self._iv = int.from_bytes(self._expand(secret, "iv", 12), "big")
        self._number = 0

    def update(self) -> None:
        """Goes on with the next secret, as the sender of a KeyUpdate does."""
        self._use(self._expand(self._secret, "traffic upd", len(self._secret)))

    def seal(self, kind: int, plain: bytes, padding: int) -> bytes:
        inner = plain + bytes([kind]) + bytes(padding)
        head = struct.pack(">BHH", DATA, 0x0303, len(inner) + 16)
        nonce = (self._iv ^ self._number).to_bytes(12, "big")
        self._number += 1
        return head + self._cipher.encrypt(nonce, inner, head)


class _Keys12:
    """What the server encrypts with in TLS 1.2. Its Finished was record 0."""

    def __init__(self, master: bytes, cipher: str, client: bytes, server: bytes) -> None:
        name = "sha384" if cipher.endswith("SHA384") else "sha256"
        key_bytes = 32 if "AES256" in cipher else 16
        block = self._expand(master, b"key expansion" + server + client, name, 2 * key_bytes + 8)
        self._cipher = AESGCM(block[key_bytes : 2 * key_bytes])
        self._salt = block[2 * key_bytes + 4 :]
        self._number = 1

    @staticmethod
    def _expand(secret: bytes, seed: bytes, name: str, length: int) -> bytes:
        """P_hash of RFC 5246, section 5."""
        block, state = b"", seed
        while len(block) < length:
            state = hmac.digest(secret, state, name)
            block += hmac.digest(secret, state + seed, name)
        return block[:length]

    def update(self) -> None:
        """TLS 1.2 has no KeyUpdate: the peer refuses the message."""

    def seal(self, kind: int, plain: bytes, padding: int) -> bytes:
        number = struct.pack(">Q", self._number)
        self._number += 1
        bound = number + struct.pack(">BHH", kind, 0x0303, len(plain))
        sealed = self._cipher.encrypt(self._salt + number, plain, bound)
        return struct.pack(">BHH", kind, 0x0303, 8 + len(sealed)) + number + sealed


def _secrets(log: Path, client: bytes) -> dict[str, bytes]:
    """Returns the secrets of the connection with this random of the client, by their labels."""
    lines = (line.split() for line in log.read_text().splitlines() if not line.startswith("#"))
    return {label: bytes.fromhex(secret) for label, random, secret in lines
            if random == client.hex()}


class Insider:
    """The server's side of a connection, after its handshake."""

    def __init__(self, connection: socket.socket, context: ssl.SSLContext, log: Path) -> None:
        """Shakes hands. The context has been prepared by prepare_for_insider() of sim.server."""
        self._connection = connection
        self._tls, (client, server) = self._shake_hands(context)
        cipher = (self._tls.cipher() or ("",))[0]
        secrets = _secrets(log, client)
        self._keys: _Keys12 | _Keys13
        if self._tls.version() == "TLSv1.3":
            self._keys = _Keys13(secrets["SERVER_TRAFFIC_SECRET_0"], cipher)
        else:
            self._keys = _Keys12(secrets["CLIENT_RANDOM"], cipher, client, server)

    def _shake_hands(self, context: ssl.SSLContext) -> tuple[ssl.SSLObject, tuple[bytes, bytes]]:
        self._incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(self._incoming, outgoing, server_side=True)
        received = sent = b""
        is_over = False
        while not is_over:
            try:
                tls.do_handshake()
                is_over = True
            except ssl.SSLWantReadError:
                pass
            out = outgoing.read()
            sent += out
            self._connection.sendall(out)
            if not is_over:
                received += self._receive()
        return tls, (received[_RANDOM], sent[_RANDOM])

    def _receive(self) -> bytes:
        received = self._connection.recv(65536)
        if not received:
            raise ConnectionError("the peer is gone")
        self._incoming.write(received)
        return received

    def read_request(self) -> None:
        """Reads up to the end of a request's head."""
        request = b""
        while b"\r\n\r\n" not in request:
            try:
                request += self._tls.read(65536)
            except ssl.SSLWantReadError:
                self._receive()

    def seal(self, kind: int, plain: bytes, padding: int = 0) -> bytes:
        if kind == CHANGE_CIPHER_SPEC:
            return struct.pack(">BHH", kind, 0x0303, len(plain)) + plain
        record = self._keys.seal(kind, plain, padding)
        if kind == HANDSHAKE and plain[:1] == bytes([KEY_UPDATE]):
            self._keys.update()
        return record

    def send(self, kind: int, plain: bytes) -> None:
        self._connection.sendall(self.seal(kind, plain))

    def flood(self, name: str, stop: threading.Event, between: bytes = b"") -> None:
        """Sends RECORDS[name] until the peer closes, with data `between` groups of them."""
        kind, begin, unit = RECORDS[name]
        if begin:
            self.send(kind, begin)
        for group in self._groups(name, kind, unit):
            if stop.is_set():
                break
            self._connection.sendall(group)
            if between:
                self.send(DATA, between)

    def _groups(self, name: str, kind: int, unit: bytes) -> Iterator[bytes]:
        sent = 0
        count = _GATHERED if len(unit) + PADDING.get(name, 0) < 1000 else 1
        while sent < MOST_BYTES:
            group = b"".join(self.seal(kind, unit, PADDING.get(name, 0)) for _ in range(count))
            sent += len(group)
            yield group
