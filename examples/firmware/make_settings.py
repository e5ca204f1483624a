#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the settings of a device: credentials, instance, trusted roots.

    make_settings.py --instance postgres-q6fj84vb [--region ap-guangzhou] [--image lm3s6965evb]

It writes two files, which hold the key. Only their owner may read them, and git ignores them:

    build/settings/settings.bin   the whole page of flash, for a new device or for QEMU
    build/settings/settings.hex   the new copy in Intel HEX, for a debugger or a serial line

The page has two copies: see examples/firmware/settings.h. Each run takes the page as the last run
has left it, and replaces its older copy, so a write that breaks off loses nothing. If the last page
is gone, tell the number of the device's settings, which its log shows: --after N. Each device has a
page of its own: name it with -o. If the last page has another instance or another SecretId, the
other copy of the new page is erased, so that no device holds the key of another.

The credentials come from TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN.
Without these, they come from the file that TENCENTCLOUD_CREDENTIALS_FILE names, or from
~/.tencentcloud/credentials. Use a key that may call DescribeTasks and nothing else, because whoever
can read the board's flash has the key.

A proxy's user and password come from PROXY_CREDENTIALS, as USER:PASSWORD, because other users can
see a command line. --proxy and --fallback-endpoint need an image that knows them.

The trusted roots come from this machine's bundle: all that the service has used or may move to, so
that the device lives through the end of one. The script says which they are. For a gateway of your
own, name its roots with --ca, which may be given more than once, or let --server HOST find them in
the bundle. With --image, a root that this image cannot read is left out, or is an error if --ca
names it.
"""

import argparse
import configparser
import datetime
import hashlib
import os
import re
import struct
import sys
import tempfile
from pathlib import Path

import public_roots
from public_roots import Root, RootsError

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
PROXY_KIND = 8
TLS_MAX_KIND = 9
FALLBACK_KIND = 10
HOST_BYTES = 254  # of the host of a place, with its NUL
PROXY_CREDENTIALS_BYTES = 511
TLS_MAXIMA = {"1.2": b"\2", "1.3": b"\3"}
ROOT_BYTES = 4096
MOST_ROOTS = 8

MOST_SEQUENCE = 0xFFFFFFFF
MOST_ADDRESS = 0x100000000 - PAGE_BYTES

# What the library allows: see src/client_request.c and src/query.c.
_NAMES = {"region": re.compile(r"[A-Za-z0-9-]+\Z"), "instance": re.compile(r"[A-Za-z0-9_-]+\Z")}
_ALLOWED = {"region": "letters, digits and -", "instance": "letters, digits, - and _"}
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\Z")
_PRINTABLE = re.compile(r"[!-~]*\Z", re.ASCII)


class SettingsError(Exception):
    """A sentence for the person who runs the script."""


def choose_roots(options: argparse.Namespace) -> list[Root]:
    """Returns the roots that --ca or --server names, or those of the service."""
    if options.ca:
        return [root for path in options.ca for root in public_roots.roots_in(path)]
    bundle = public_roots.find_bundle(options.bundle)
    if options.server:
        with tempfile.TemporaryDirectory(prefix="pgtask-roots-") as folder:
            return public_roots.roots_of_server(options.server, bundle, Path(folder))
    return public_roots.service_roots(bundle, datetime.datetime.now(datetime.timezone.utc))


def readable_roots(roots: list[Root], image: str, is_named: bool) -> list[Root]:
    """Returns the roots that the image can read. A root that --ca names must be one of them."""
    images = public_roots.keys_of_images()
    if image not in images:
        raise SettingsError(f"there is no image {image}; the images are {', '.join(sorted(images))}")
    readable = [root for root in roots if public_roots.can_read(images[image], root)]
    for root in roots:
        if root not in readable and (is_named or not readable):
            raise SettingsError(f"{image} cannot read {root.name} ({root.key}); take an image for "
                                "any chain, or another root")
    return readable


def check_ways(options: argparse.Namespace) -> None:
    """Raises an error if the image does not know a proxy or a second endpoint that it is to use."""
    switches = public_roots.options_of_images()[options.image]
    for way, option, switch in ((options.proxy, "--proxy", "PGTASK_PROXY"),
                                (options.fallback_endpoint, "--fallback-endpoint",
                                 "PGTASK_FALLBACK_ENDPOINT")):
        if way and f"-D{switch}=0" in switches:
            raise SettingsError(f"{options.image} does not know {option}; take an image whose profile "
                                f"lacks {switch}=0, such as mps2-an385-proxy")


def describe(root: Root) -> str:
    """Returns a line for the person about a root, with the images that cannot read it.

    The images for private gateways are not named, because they take other roots.
    """
    unread = [image for image, keys in sorted(public_roots.keys_of_images().items())
              if public_roots.reaches_the_service(image) and not public_roots.can_read(keys, root)]
    line = (f"  {root.name}: {root.key}, until {root.not_after:%Y-%m-%d}, {len(root.der):,} bytes of "
            f"flash, {root.ram_bytes:,} bytes of RAM")
    return line + (f"; {', '.join(unread)} cannot read it" if unread else "")


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
    if name in _NAMES and not _NAMES[name].match(text):
        raise SettingsError(f"the {name} must have 1 to {limit - 1} characters: {_ALLOWED[name]}")
    if not _PRINTABLE.match(text):
        raise SettingsError(f"invalid character in {name}; it must be ASCII without blanks")
    if len(text) >= limit:
        raise SettingsError(f"the {name} has {len(text)} characters; it may have {limit - 1}")
    return field(kind, text.encode("ascii") + b"\0") if text else b""


def root_field(root: bytes) -> bytes:
    if len(root) > ROOT_BYTES:
        raise SettingsError(f"a root has {len(root)} bytes; it may have {ROOT_BYTES}")
    return field(ROOT_KIND, root)


def place_field(kind: int, option: str, place: str, port: int, credentials: str = "") -> bytes:
    """Returns a HOST[:PORT] as a field; no place has none. `port` is the default, 0 for none."""
    if not place:
        return b""
    host, colon, number = place.rpartition(":") if ":" in place else (place, "", str(port))
    if not _HOST.match(host) or len(host) >= HOST_BYTES:
        raise SettingsError(f"{option} is {place}; it must be HOST:PORT")
    if not number.isdecimal() or not 1 <= int(number) <= 0xFFFF:
        raise SettingsError(f"{option} is {place}; it needs a port from 1 to 65535 behind a colon")
    secret = credentials.encode("utf-8") + b"\0" if credentials else b""
    if len(secret) > PROXY_CREDENTIALS_BYTES or any(c < 32 or c == 127 for c in secret[:-1]):
        raise SettingsError("PROXY_CREDENTIALS is longer than 510 bytes, or has a control character")
    return field(kind, struct.pack("<H", int(number)) + host.encode("ascii") + b"\0" + secret)


def way_fields(options: argparse.Namespace, environment: dict[str, str]) -> bytes:
    """Returns the fields of the proxy and of the second endpoint."""
    if "@" in options.proxy:
        raise SettingsError("--proxy takes no user and no password; set PROXY_CREDENTIALS="
                            "USER:PASSWORD")
    proxy = options.proxy.removeprefix("http://").rstrip("/")
    return (place_field(PROXY_KIND, "--proxy", proxy, 0, environment.get("PROXY_CREDENTIALS", ""))
            + place_field(FALLBACK_KIND, "--fallback-endpoint", options.fallback_endpoint, 443))


def fields_of(texts: dict[str, str], roots: list[bytes], tls_max: str | None,
              ways: bytes) -> bytes:
    if not 1 <= len(roots) <= MOST_ROOTS:
        raise SettingsError(f"there are {len(roots)} roots; a page holds 1 to {MOST_ROOTS}")
    fields = b"".join([*(text_field(name, text) for name, text in texts.items()),
                       *map(root_field, roots),
                       *([field(TLS_MAX_KIND, TLS_MAXIMA[tls_max])] if tls_max else []), ways])
    if len(fields) > FIELDS_BYTES:
        raise SettingsError(f"the settings take {len(fields)} bytes; a page holds {FIELDS_BYTES}. "
                            "Leave out a root")
    return fields


def copy_of(sequence: int, fields: bytes) -> bytes:
    """Returns one copy of the settings, with erased flash up to its end."""
    head = HEAD.pack(FORMAT, sequence, len(fields))
    return (head + hashlib.sha256(head + fields).digest() + fields).ljust(COPY_BYTES, ERASED)


def sequence_of(copy: bytes) -> int:
    """Returns the sequence number of a copy, 0 if it is not whole."""
    form, sequence, length = HEAD.unpack_from(copy)
    fields = copy[HEAD.size + DIGEST_BYTES :][:length]
    digest = hashlib.sha256(copy[: HEAD.size] + fields).digest()
    is_whole = form == FORMAT and digest == copy[HEAD.size : HEAD.size + DIGEST_BYTES]
    return int(sequence) if is_whole else 0


def copies_in(path: Path) -> tuple[list[bytes], str]:
    """Returns both copies of the last page, and what is wrong with it.

    The copies are erased flash if there is no page.
    """
    page = path.read_bytes() if path.exists() else b""
    wrong = ""
    if not path.exists():
        wrong = f"{path} was not there"
    elif len(page) != PAGE_BYTES:
        wrong = f"{path} had {len(page)} bytes in place of {PAGE_BYTES}"
    if wrong:
        page = ERASED * PAGE_BYTES
    copies = [page[:COPY_BYTES], page[COPY_BYTES:]]
    if not wrong and not any(map(sequence_of, copies)):
        wrong = f"{path} had no valid settings"
    return copies, wrong


def is_of_another_device(copy: bytes, texts: dict[str, str]) -> bool:
    """Returns whether a copy lacks this instance or this SecretId."""
    return any(text_field(name, texts[name]) not in copy for name in ("instance", "secret_id"))


def next_sequence(copies: list[bytes], last: int | None) -> int:
    """Returns the number of the new settings, after the last one."""
    if last is not None and not 0 <= last < MOST_SEQUENCE:
        raise SettingsError(f"--after is {last}; it must be 0 to {MOST_SEQUENCE - 1}")
    sequence = (max(map(sequence_of, copies)) if last is None else last) + 1
    if sequence > MOST_SEQUENCE:
        raise SettingsError(f"the last page has number {MOST_SEQUENCE}, and none is higher. Erase the "
                            "device's page, delete the file, and run this again")
    return sequence


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


def write_page(options: argparse.Namespace, texts: dict[str, str], roots: list[bytes]) -> str:
    """Writes the settings over the older copy of the page, and that copy alone as Intel HEX.

    Returns a sentence that tells the number of the settings.
    """
    output, address = options.output, options.address
    if output.suffix != ".bin":
        raise SettingsError(f"the output is {output}; its name must end in .bin, which git ignores")
    if not 0 <= address <= MOST_ADDRESS:
        raise SettingsError(f"--address is {address:#x}; it must be 0 to {MOST_ADDRESS:#x}")
    copies, wrong = copies_in(output)
    sequence = next_sequence(copies, options.after)
    number = (sequence + 1) % 2  # odd numbers are the first copy
    copies[number] = copy_of(sequence, fields_of(
        texts, roots, options.tls_max, way_fields(options, dict(os.environ))))
    if is_of_another_device(copies[1 - number], texts):
        copies[1 - number] = ERASED * COPY_BYTES
    write_private(output, b"".join(copies))
    hexadecimal = intel_hex(address + number * COPY_BYTES, copies[number])
    write_private(output.with_suffix(".hex"), hexadecimal.encode("ascii"))
    if wrong and options.after is None:
        return f"settings {sequence}: {wrong}. A device with a higher number keeps its own; use --after"
    return f"settings {sequence}"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--ca", type=Path, action="append", metavar="PEM",
                        help="file with trusted roots, in place of the service's")
    source.add_argument("--server", metavar="HOST[:PORT]",
                        help="take the bundle's roots that verify this server's certificate")
    parser.add_argument("--bundle", type=Path, metavar="PEM",
                        help="file of all roots that you trust; default: this machine's")
    parser.add_argument("--image", metavar="NAME", help="the image that the roots are for")
    parser.add_argument("--instance", required=True, metavar="ID", help="instance whose tasks to follow")
    parser.add_argument("--region", default="ap-guangzhou", help="region of the instance")
    parser.add_argument("--sntp-server", default="ntp.tencent.com", metavar="HOST",
                        help="server of the time; '' takes the one that DHCP names")
    parser.add_argument("--proxy", default="", metavar="HOST:PORT",
                        help="HTTP proxy to go through")
    parser.add_argument("--fallback-endpoint", default="", metavar="HOST[:PORT]",
                        help="second host of the service, if the first one fails")
    parser.add_argument("--tls-max", choices=TLS_MAXIMA, metavar="VERSION",
                        help="newest TLS to speak: 1.2 or 1.3; default: the newest of the image")
    parser.add_argument("--address", type=lambda text: int(text, 0), default=DEFAULT_ADDRESS,
                        metavar="N", help="where the page is in flash; default: 0x3c000")
    parser.add_argument("--after", type=int, metavar="N",
                        help="number of the device's settings, if the last page is gone")
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT_OUTPUT, metavar="FILE",
                        help="a name in .bin; default: build/settings/settings.bin; a file in .hex lies beside it")
    options = parser.parse_args()
    try:
        roots = choose_roots(options)
        if options.image:
            roots = readable_roots(roots, options.image, bool(options.ca))
            check_ways(options)
        texts = {
            "region": options.region,
            "instance": options.instance,
            "sntp_server": options.sntp_server,
            **credentials_from(dict(os.environ)),
        }
        written = write_page(options, texts, [root.der for root in roots])
    except (SettingsError, RootsError, OSError) as error:
        print(f"make_settings: {error}", file=sys.stderr)
        return 1
    if not options.ca:
        print("trusted roots, with RAM while a chain is verified that ends in the root:")
        print(*map(describe, roots), sep="\n")
    print(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
