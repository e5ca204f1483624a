# SPDX-License-Identifier: MIT
"""Where things are: the tree, and what was built. The environment may name another build."""

import functools
import os
import subprocess
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
BUILD = Path(os.environ.get("BUILD", ROOT / "build"))
PGTASK = Path(os.environ.get("PGTASK", BUILD / "pgtask"))
CERTIFICATES = Path(os.environ.get("CERTIFICATES", ROOT / "build" / "certs"))
MBEDTLS = Path(os.environ.get("MBEDTLS_DIR", ROOT / "deps" / "mbedtls"))
JSMN = Path(os.environ.get("JSMN_DIR", ROOT / "deps" / "jsmn"))
LWIP = Path(os.environ.get("LWIP_DIR", ROOT / "deps" / "lwip"))
HEAP_GUARD = BUILD / "tests" / "binary" / "no_heap.so"


@functools.cache
def has_stock_mbedtls() -> bool:
    """Whether the client's mbedTLS is one as its makers built it: see port/mbedtls/README.md."""
    return " of the system" in subprocess.run([PGTASK, "--version"], capture_output=True, text=True,
                                              check=True).stdout
