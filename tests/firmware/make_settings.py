#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The settings of the images under test: make_settings.py CERTIFICATES HEADER."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT / "tests")

from sim.tasks import instance_name  # noqa: E402  (the path above comes first)
from support.harness import LONG_TERM  # noqa: E402

TRUSTED = ("ca", "rsa_root", "p384_root", "rsa_4096_root")


def main(certificates: Path, header: Path) -> int:
    subprocess.run([ROOT / "tests/support/make_certs.sh", certificates, "all"], check=True)
    roots = [f"--ca={certificates / name}.pem" for name in TRUSTED]
    environment = {
        **os.environ,
        "TENCENTCLOUD_SECRET_ID": LONG_TERM.secret_id,
        "TENCENTCLOUD_SECRET_KEY": LONG_TERM.secret_key,
        "TENCENTCLOUD_TOKEN": "",
    }
    command = [sys.executable, ROOT / "examples/firmware/make_settings.py", *roots,
               "--instance", instance_name(0), "--output", header]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
