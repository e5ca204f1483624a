#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the figures of `make bench` into a page: readme.py BENCH_JSON PAGE

They replace what stands between the lines `<!-- figures -->` and `<!-- /figures -->`.
"""

import json
import re
import sys
from pathlib import Path

import tables

BLOCK = re.compile(r"(?<=^<!-- figures -->\n).*?(?=^<!-- /figures -->$)", re.DOTALL | re.MULTILINE)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: readme.py BENCH_JSON PAGE")
    source, page = map(Path, sys.argv[1:])
    for path, advice in ((source, "run `make bench` first"), (page, "name the page to change")):
        if not path.exists():
            sys.exit(f"readme: there is no {path}: {advice}")
    block = f"\n{tables.as_markdown(json.loads(source.read_text()))}\n\n"
    text, count = BLOCK.subn(lambda _: block, page.read_text())
    if count != 1:
        sys.exit(
            f"readme: {page} must have one line `<!-- figures -->` and, below it, one line "
            "`<!-- /figures -->`"
        )
    page.write_text(text)


if __name__ == "__main__":
    main()
