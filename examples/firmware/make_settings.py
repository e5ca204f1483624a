#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the settings of a device: credentials, instance, trusted roots.

    make_settings.py --ca ROOT.pem --instance postgres-q6fj84vb [--region ap-guangzhou]

It writes two files, which hold the key. Only their owner may read them, and git ignores them:

    build/settings/settings.bin   the whole page of flash, for a new device or for QEMU
    build/settings/settings.hex   the new copy alone, in Intel HEX, for a debugger or a serial line

The page has two copies: see examples/firmware/settings.h. Each run takes the page as the last run
has left it, and replaces its older copy, so a write that breaks off loses nothing. If the last page
is gone, tell the number of the device's settings, which its log shows: --after N.

The credentials come from TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN.
Without these, they come from the file that TENCENTCLOUD_CREDENTIALS_FILE names, or from
~/.tencentcloud/credentials. Use a key that may call DescribeTasks and nothing else, because whoever
can read the board's flash has the key.

--ca may be given more than once, and a file may hold several certificates. To find the roots of a
server, look at the issuer of the last certificate that this command prints, and take the file of
that issuer from /etc/ssl/certs:

    openssl s_client -connect postgres.tencentcloudapi.com:443 -showcerts </dev/null
"""

import argparse
import configparser
import hashlib
import os
import re
import ssl
import struct
import sys
from pathlib import Path

DEFAULT_OUTPUT = Path(__file__).resolve().parents[2] / "build" / "settings" / "settings.bin"
DEFAULT_ADDRESS = 0x3C000  # of every board in port/board

# The format of the page: see examples/firmware/settings.h.
FORMAT = b"pgtasks1"
PAGE_BYTES = 16384
COPY_BYTES = PAGE_BYTES // 2
HEAD = struct.Struct("<8sII")  # format, sequence number, length of the fields
DIGEST_BYTES = 32
FIELDS_BYTES = COPY_BYTES - HEAD.size - DIGEST_BYTES
ERASED = b"\xff"
# The kind of each text, and the most bytes of it with its NUL.
TEXTS = {
    "region": (1, 64), "instance": (2, 64), "secret_id": (3, 129), "secret_key": (4, 257),
    "token": (5, 4097), "sntp_server": (6, 254),
}  # fmt: skip
ROOT_KIND = 7
ROOT_BYTES = 4096
MOST_ROOTS = 8

_PEM = re.compile(
    r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----", re.ASCII
)
_PRINTABLE = re.compile(r"[!-~]*\Z", re.ASCII)


class SettingsError(Exception):
    """A sentence for the person who runs the script."""


def roots_in(path: Path) -> list[bytes]:
    """Returns the certificates of a PEM file as DER."""
    try:
        blocks = _PEM.findall(path.read_text("ascii", "replace"))
        roots = [ssl.PEM_cert_to_DER_cert(block) for block in blocks]
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"cannot read {path}: {error}") from error
    if not roots:
        raise SettingsError(f"no certificate found in {path}; it must be a PEM file")
    return roots


def credentials_from(environment: dict[str, str]) -> dict[str, str]:
    """Returns secret_id, secret_key and token, from where the command-line client takes them."""
    found = {
        name: environment.get(f"TENCENTCLOUD_{name.upper()}", "")
        for name in ("secret_id", "secret_key", "token")
    }
    if not found["secret_id"] and not found["secret_key"]:
        default = Path(environment.get("HOME", "/")) / ".tencentcloud" / "credentials"
        path = Path(environment.get("TENCENTCLOUD_CREDENTIALS_FILE", str(default)))
        file = configparser.ConfigParser(interpolation=None)
        try:
            file.read_string(path.read_text("utf-8"))
        except (OSError, configparser.Error):
            raise SettingsError("no credentials found; set TENCENTCLOUD_SECRET_ID and "
                                "TENCENTCLOUD_SECRET_KEY") from None
        found = {name: file.get("default", name, fallback="").strip() for name in found}
    for name in ("secret_id", "secret_key"):
        if not found[name]:
            raise SettingsError(f"no {name} found; set TENCENTCLOUD_{name.upper()}")
    return found


def field(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def text_field(name: str, text: str) -> bytes:
    """Returns a text as a field; an empty text has none."""
    kind, limit = TEXTS[name]
    if not _PRINTABLE.match(text):
        raise SettingsError(f"invalid character in {name}; it must be ASCII without blanks")
    if len(text) >= limit:
        raise SettingsError(f"the {name} has {len(text)} characters; it may have {limit - 1}")
    return field(kind, text.encode("ascii") + b"\0") if text else b""


def root_field(root: bytes) -> bytes:
    if len(root) > ROOT_BYTES:
        raise SettingsError(f"a root has {len(root)} bytes; it may have {ROOT_BYTES}")
    return field(ROOT_KIND, root)


def copy_of(sequence: int, texts: dict[str, str], roots: list[bytes]) -> bytes:
    """Returns one copy of the settings, with erased flash up to its end."""
    if not 1 <= len(roots) <= MOST_ROOTS:
        raise SettingsError(f"there are {len(roots)} roots; a page holds 1 to {MOST_ROOTS}")
    fields = b"".join([*(text_field(name, text) for name, text in texts.items()),
                       *map(root_field, roots)])
    if len(fields) > FIELDS_BYTES:
        raise SettingsError(f"the settings take {len(fields)} bytes; a page holds {FIELDS_BYTES}. "
                            "Leave out a root")
    head = HEAD.pack(FORMAT, sequence, len(fields))
    return (head + hashlib.sha256(head + fields).digest() + fields).ljust(COPY_BYTES, ERASED)


def sequence_of(copy: bytes) -> int:
    """Returns the sequence number of a copy, 0 if it is not whole."""
    form, sequence, length = HEAD.unpack_from(copy)
    fields = copy[HEAD.size + DIGEST_BYTES :][:length]
    digest = hashlib.sha256(copy[: HEAD.size] + fields).digest()
    is_whole = form == FORMAT and digest == copy[HEAD.size : HEAD.size + DIGEST_BYTES]
    return int(sequence) if is_whole else 0


def copies_in(path: Path) -> list[bytes]:
    """Returns both copies of the last page; they are erased flash if there is none."""
    page = path.read_bytes() if path.exists() else b""
    if len(page) != PAGE_BYTES:
        page = ERASED * PAGE_BYTES
    return [page[:COPY_BYTES], page[COPY_BYTES:]]


def hex_record(address: int, kind: int, data: bytes) -> str:
    """Returns a record of Intel HEX (Intel, "Hexadecimal Object File Format", 1988)."""
    record = struct.pack(">BHB", len(data), address & 0xFFFF, kind) + data
    return f":{(record + bytes([-sum(record) & 0xFF])).hex().upper()}\n"


def intel_hex(address: int, data: bytes) -> str:
    """Returns bytes at an address; each 64 KiB of addresses begin with their upper half."""
    lines = []
    for at in range(0, len(data), 16):
        if at == 0 or (address + at) & 0xFFFF == 0:
            lines.append(hex_record(0, 4, struct.pack(">H", (address + at) >> 16)))
        lines.append(hex_record(address + at, 0, data[at : at + 16]))
    return "".join([*lines, hex_record(0, 1, b"")])


def write_private(path: Path, data: bytes) -> None:
    """Replaces a file by one that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    new.replace(path)


def write_page(output: Path, address: int, last: int | None, texts: dict[str, str],
               roots: list[bytes]) -> None:
    """Writes the settings over the older copy of the page, and that copy alone as Intel HEX."""
    copies = copies_in(output)
    sequence = (max(map(sequence_of, copies)) if last is None else last) + 1
    number = (sequence + 1) % 2  # odd numbers are the first copy
    copies[number] = copy_of(sequence, texts, roots)
    write_private(output, b"".join(copies))
    hexadecimal = intel_hex(address + number * COPY_BYTES, copies[number])
    write_private(output.with_suffix(".hex"), hexadecimal.encode("ascii"))


def trusted_roots(options: argparse.Namespace) -> list[bytes]:
    """Returns the roots that the options ask for, as DER."""
    return [root for path in options.ca for root in roots_in(path)]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ca", type=Path, action="append", required=True, metavar="PEM",
                        help="file with trusted roots")
    parser.add_argument("--instance", required=True, metavar="ID", help="instance whose tasks to follow")
    parser.add_argument("--region", default="ap-guangzhou", help="region of the instance")
    parser.add_argument("--sntp-server", default="ntp.tencent.com", metavar="HOST",
                        help="server of the time; '' takes the one that DHCP names")
    parser.add_argument("--address", type=lambda text: int(text, 0), default=DEFAULT_ADDRESS,
                        metavar="N", help="where the page is in flash; default: 0x3c000")
    parser.add_argument("--after", type=int, metavar="N",
                        help="number of the device's settings, if the last page is gone")
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT_OUTPUT, metavar="FILE",
                        help="default: build/settings/settings.bin; FILE.hex lies beside it")
    options = parser.parse_args()
    try:
        texts = {
            "region": options.region,
            "instance": options.instance,
            "sntp_server": options.sntp_server,
            **credentials_from(dict(os.environ)),
        }
        write_page(options.output, options.address, options.after, texts, trusted_roots(options))
    except (SettingsError, OSError) as error:
        print(f"make_settings: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
