# SPDX-License-Identifier: MIT
"""Entry point of `python3 tests/sim`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from sim.command import main  # noqa: E402  (the path above comes first)

if __name__ == "__main__":
    sys.exit(main())
