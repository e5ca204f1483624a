# SPDX-License-Identifier: MIT
"""Reads a file for test_embedding.py, and prints it as JSON.

    python3 tests/builds/read_embedding.py kconfig|yaml FILE

Its modules are Debian's packages, which only Debian's own Python knows.
"""

import json
import sys


def kconfig(path: str) -> object:
    import kconfiglib

    read = kconfiglib.Kconfig(path, warn_to_stderr=False)
    return {"warnings": read.warnings,
            "symbols": {name: symbol.str_value for name, symbol in read.syms.items()}}


def yaml(path: str) -> object:
    import yaml as reader

    with open(path, encoding="utf-8") as file:
        return reader.safe_load(file)


if __name__ == "__main__":
    print(json.dumps({"kconfig": kconfig, "yaml": yaml}[sys.argv[1]](sys.argv[2])))
