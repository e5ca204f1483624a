# SPDX-License-Identifier: MIT
"""The service's clock, and its way of writing time: Beijing time, UTC+8."""

import re
import time
from datetime import datetime, timedelta, timezone
from email.utils import formatdate

BEIJING = timezone(timedelta(hours=8))
_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)


class Clock:
    """Wall-clock time, off by a settable amount."""

    def __init__(self, offset_s: float = 0.0) -> None:
        self.offset_s = offset_s

    def now(self) -> float:
        return time.time() + self.offset_s


def write_time(unix_s: float) -> str:
    return datetime.fromtimestamp(int(unix_s), BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def read_time(text: str) -> int:
    """Unix seconds of `YYYY-MM-DD HH:MM:SS`; ValueError for anything else."""
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    return int(moment.replace(tzinfo=BEIJING).timestamp())


def http_date(unix_s: float) -> str:
    return formatdate(unix_s, usegmt=True)
