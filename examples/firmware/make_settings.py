#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the header that the firmware is built with: credentials, instance, trusted roots.

    make_settings.py --instance postgres-q6fj84vb [--region ap-guangzhou] [--image lm3s6965evb]

The credentials come from TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN.
Without these, they come from the file that TENCENTCLOUD_CREDENTIALS_FILE names, or from
~/.tencentcloud/credentials. Use a key that may call DescribeTasks and nothing else, because whoever
can read the board's flash has the key.

The trusted roots come from this machine's bundle: all that the service has used or may move to, so
that the device lives through the end of one. The script says which they are. For a gateway of your
own, name its roots with --ca, which may be given more than once, or let --server HOST find them in
the bundle. With --image, a root that this image cannot read is left out, or is an error if --ca
names it.

The header holds the key. It goes to build/settings/settings.h, which git ignores, and only its
owner may read it.
"""

import argparse
import configparser
import datetime
import os
import re
import sys
import tempfile
from pathlib import Path

import public_roots
from public_roots import Root, RootsError

DEFAULT_OUTPUT = Path(__file__).resolve().parents[2] / "build" / "settings" / "settings.h"

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


def describe(root: Root) -> str:
    """Returns a line for the person about a root, with the images that leave it out."""
    unread = [image for image, keys in sorted(public_roots.keys_of_images().items())
              if not public_roots.can_read(keys, root)]
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


def c_text(name: str, text: str) -> str:
    """Returns a text as a macro SETTINGS_NAME."""
    if not _PRINTABLE.match(text):
        raise SettingsError(f"invalid character in {name}; it must be ASCII without blanks")
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'#define SETTINGS_{name.upper()} "{quoted}"\n'


def c_bytes(name: str, data: bytes) -> str:
    """Returns bytes as an array."""
    lines = [
        "    " + ", ".join(f"0x{byte:02x}" for byte in data[at : at + 16]) + ",\n"
        for at in range(0, len(data), 16)
    ]
    return f"static uint8_t const {name}[] = {{\n{''.join(lines)}}};\n"


def header(texts: dict[str, str], roots: list[bytes]) -> str:
    """Returns the whole header."""
    entries = ", ".join(f"{{root_{at}, sizeof root_{at}}}" for at in range(len(roots)))
    return (
        "/* make_settings.py wrote this. It holds a secret key: keep it out of every repository. */\n"
        + "#include <stdint.h>\n\n"
        + "".join(c_text(name, text) for name, text in texts.items())
        + f"#define SETTINGS_ROOTS {entries}\n\n"
        + "\n".join(c_bytes(f"root_{at}", root) for at, root in enumerate(roots))
    )


def write_private(path: Path, text: str) -> None:
    """Writes a new file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


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
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT_OUTPUT, metavar="FILE",
                        help="a file named settings.h; default: build/settings/settings.h")
    options = parser.parse_args()
    try:
        roots = choose_roots(options)
        if options.image:
            roots = readable_roots(roots, options.image, bool(options.ca))
        texts = {
            "region": options.region,
            "instance": options.instance,
            "sntp_server": options.sntp_server,
            **credentials_from(dict(os.environ)),
        }
        write_private(options.output, header(texts, [root.der for root in roots]))
    except (SettingsError, RootsError, OSError) as error:
        print(f"make_settings: {error}", file=sys.stderr)
        return 1
    if not options.ca:
        print("trusted roots:", *map(describe, roots), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
