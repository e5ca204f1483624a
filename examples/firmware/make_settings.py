#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the header that the firmware is built with: credentials, instance, trusted roots.

    make_settings.py --ca ROOT.pem --instance postgres-q6fj84vb [--region ap-guangzhou]

The credentials come from TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN.
Without these, they come from the file that TENCENTCLOUD_CREDENTIALS_FILE names, or from
~/.tencentcloud/credentials. Use a key that may call DescribeTasks and nothing else, because whoever
can read the board's flash has the key.

--ca may be given more than once, and a file may hold several certificates. To find the roots of a
server, look at the issuer of the last certificate that this command prints, and take the file of
that issuer from /etc/ssl/certs:

    openssl s_client -connect postgres.tencentcloudapi.com:443 -showcerts </dev/null

The header holds the key. It goes to build/settings/settings.h, which git ignores, and only its
owner may read it.
"""

import argparse
import configparser
import os
import re
import ssl
import sys
from pathlib import Path

DEFAULT_OUTPUT = Path(__file__).resolve().parents[2] / "build" / "settings" / "settings.h"

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
    parser.add_argument("--ca", type=Path, action="append", required=True, metavar="PEM",
                        help="file with trusted roots")
    parser.add_argument("--instance", required=True, metavar="ID", help="instance whose tasks to follow")
    parser.add_argument("--region", default="ap-guangzhou", help="region of the instance")
    parser.add_argument("--sntp-server", default="ntp.tencent.com", metavar="HOST",
                        help="server of the time; '' takes the one that DHCP names")
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT_OUTPUT, metavar="FILE",
                        help="a file named settings.h; default: build/settings/settings.h")
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
    except (SettingsError, OSError) as error:
        print(f"make_settings: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
