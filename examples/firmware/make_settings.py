#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the header that the firmware is built with: credentials, instance, trusted roots.

    make_settings.py --ca ROOT.pem --instance postgres-q6fj84vb [--region ap-guangzhou] [-o settings.h]

Credentials come from TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN, else
from ~/.tencentcloud/credentials or the file that TENCENTCLOUD_CREDENTIALS_FILE names. Use a key
that may call DescribeTasks and nothing else: whoever can read the flash has it.

--ca may be given more than once, and a file may hold several certificates. The roots of a server:

    openssl s_client -connect postgres.tencentcloudapi.com:443 -showcerts </dev/null

names the issuer of its last certificate; take that root from /etc/ssl/certs.
"""

import argparse
import configparser
import os
import re
import ssl
import sys
from pathlib import Path

_PEM = re.compile(
    r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----", re.ASCII
)
_PLAIN = re.compile(r"[!-~]*\Z", re.ASCII)


class Trouble(Exception):
    """A sentence for whoever ran the script."""


def roots_in(path: Path) -> list[bytes]:
    """The certificates of a PEM file, as DER."""
    try:
        blocks = _PEM.findall(path.read_text("ascii", "replace"))
        roots = [ssl.PEM_cert_to_DER_cert(block) for block in blocks]
    except (OSError, ValueError) as error:
        raise Trouble(f"{path} cannot be read: {error}") from error
    if not roots:
        raise Trouble(f"{path} holds no certificate in PEM")
    return roots


def credentials_from(environment: dict[str, str]) -> dict[str, str]:
    """secret_id, secret_key and token, as the command-line client finds them."""
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
            raise Trouble("set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY") from None
        found = {name: file.get("default", name, fallback="").strip() for name in found}
    for name in ("secret_id", "secret_key"):
        if not found[name]:
            raise Trouble(f"there is no {name}: set TENCENTCLOUD_{name.upper()}")
    return found


def c_text(name: str, text: str) -> str:
    if not _PLAIN.match(text):
        raise Trouble(f"{name} has a character that cannot be right")
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'#define SETTINGS_{name.upper()} "{quoted}"\n'


def c_bytes(name: str, data: bytes) -> str:
    lines = [
        "    " + ", ".join(f"0x{byte:02x}" for byte in data[at : at + 16]) + ",\n"
        for at in range(0, len(data), 16)
    ]
    return f"static uint8_t const {name}[] = {{\n{''.join(lines)}}};\n"


def header(texts: dict[str, str], roots: list[bytes]) -> str:
    entries = ", ".join(f"{{root_{at}, sizeof root_{at}}}" for at in range(len(roots)))
    return (
        "/* Made by make_settings.py. Holds a secret key: keep it out of every repository. */\n"
        + "#include <stdint.h>\n\n"
        + "".join(c_text(name, text) for name, text in texts.items())
        + f"#define SETTINGS_ROOTS {entries}\n\n"
        + "\n".join(c_bytes(f"root_{at}", root) for at, root in enumerate(roots))
    )


def write_private(path: Path, text: str) -> None:
    """Nobody but the owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ca", type=Path, action="append", required=True, metavar="PEM",
                        help="trusted roots")
    parser.add_argument("--instance", required=True, metavar="ID", help="whose tasks to follow")
    parser.add_argument("--region", default="ap-guangzhou")
    parser.add_argument("--sntp-server", default="ntp.tencent.com", metavar="HOST",
                        help="where the time comes from; '' takes what DHCP names")
    parser.add_argument("-o", "--output", type=Path, default=Path("settings.h"), metavar="FILE")
    options = parser.parse_args()
    try:
        roots = [root for path in options.ca for root in roots_in(path)]
        texts = {
            "region": options.region,
            "instance": options.instance,
            "sntp_server": options.sntp_server,
            **credentials_from(dict(os.environ)),
        }
        write_private(options.output, header(texts, roots))
    except (Trouble, OSError) as trouble:
        print(f"make_settings: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
