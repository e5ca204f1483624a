# SPDX-License-Identifier: MIT
"""Where things are: the tree, and what was built. The environment may name another build."""

import os
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
