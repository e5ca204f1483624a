# SPDX-License-Identifier: MIT
"""Runs bringup.c, which tries one thing on a board alone."""

import re
from pathlib import Path

from harness.qemu import COUNTED, IMAGES, RANDOM, Machine

LIMIT_S = 30


def bringup(board: str, attempt: str | None, random: str | None = RANDOM,
            clock: tuple[str, ...] = COUNTED, network: str = "none",
            images: Path = IMAGES) -> Machine:
    """Returns a board that tries `attempt`; None leaves it without a debugger to name one."""
    arguments = {"try": attempt} if attempt else None
    return Machine(f"bringup-{board}", arguments, random=random, network=network, clock=clock,
                   images=images)


def numbers(log: str, name: str) -> list[int]:
    """Returns the numbers of the lines `name NUMBER`."""
    return [int(number) for number in re.findall(rf"^{name} (\d+)$", log, re.MULTILINE)]
