# SPDX-License-Identifier: MIT
"""The lwIP port on each kind of Ethernet keeps every promise of <pgtask/port.h>."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

from firmware.servers import NameServer, TimeServer
from harness.qemu import HOST, Machine

PEER = Path(__file__).resolve().parent.parent / "port" / "peer.py"
PROMISES = 23
LIMIT_S = 60


class Port(unittest.TestCase):
    def check(self, board: str) -> None:
        peer = self.enterContext(subprocess.Popen(
            [sys.executable, str(PEER), "--with-parent"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True))
        match = re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", peer.stdout.readline())
        names = self.enterContext(NameServer({"peer.test": HOST}))
        times = self.enterContext(TimeServer())
        machine = self.enterContext(Machine(f"{board}-port-check", {
            "network": HOST, "peer_port": match[1], "dns_port": names.port,
            "sntp_port": times.port}))
        machine.wait_for("^broken promises: 0$", LIMIT_S)
        texts = [line.text for line in machine.lines]
        self.assertEqual(sum(text.startswith("kept: ") for text in texts), PROMISES, texts)

    def test_mps2(self) -> None:
        self.check("mps2-an385")

    def test_stellaris(self) -> None:
        self.check("lm3s6965evb")
