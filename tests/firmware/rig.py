# SPDX-License-Identifier: MIT
"""The rig of the firmware's tests: a simulator, a time server, and boards that use both."""

import re
import unittest
from pathlib import Path

from firmware.servers import TimeServer
from harness.qemu import HOST, RANDOM, SETTINGS, Machine
from harness.runner import secrets_of
from harness.service import RunningSimulator
from sim.command import DEFAULT_KEY
from sim.tasks import Task, instance_name

TLS12 = "mps2-an385-tls12"
TLS13 = "mps2-an385"
SMALL = "lm3s6965evb"

INSTANCE = instance_name(0)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def network_of(simulator: RunningSimulator, time_server: TimeServer) -> dict[str, object]:
    """Returns the arguments that tell the firmware where service and time are."""
    return {"connect": HOST, "connect_port": simulator.port, "network": HOST,
            "sntp_port": time_server.port}


class FirmwareTest(unittest.TestCase):
    """A test with a simulator and a time server of its own."""

    maxDiff = None
    past = 20
    with_examples = True

    def setUp(self) -> None:
        self.simulator = self.enterContext(
            RunningSimulator(self.past, with_examples=self.with_examples, rate_limit=False)
        )
        self.time_server = self.enterContext(TimeServer())

    def board(self, image: str, random: str | None = RANDOM, is_plugged: bool = True,
              settings: Path | None = SETTINGS, **arguments: object) -> Machine:
        """Switches a board on in this test's network. Its log is checked when the test ends.

        Arguments are those of examples/firmware/options.h; None leaves one out.
        """
        arguments = {
            **network_of(self.simulator, self.time_server), "instance": INSTANCE, **arguments
        }
        given = {name: value for name, value in arguments.items() if value is not None}
        machine = Machine(image, given, random=random, is_plugged=is_plugged, settings=settings)
        self.assertTrue(machine.image.exists(), f"{machine.image} is not built")
        self.enterContext(machine)
        self.addCleanup(self.check_log, machine)
        return machine

    def check_log(self, machine: Machine) -> None:
        """Checks what holds for every run, good or bad."""
        log = "\n".join(line.text for line in machine.lines)
        for secret in secrets_of(DEFAULT_KEY):
            self.assertNotIn(secret, log)
        for line in machine.lines:
            self.assertIsNone(_CONTROL.search(line.text), line.text)
            self.assertGreaterEqual(line.at_ms, 0, f"a line without its time: {line.text}")

    def start_task(self, duration_s: float, outcome: str = "Success", age_s: int = 0,
                   instance_id: str = INSTANCE) -> Task:
        """Starts a restore, now or some seconds ago."""
        service = self.simulator.service
        start = int(service.clock.now()) - age_s
        return service.store.add(start, duration_s, outcome, "RestoreDatabase", instance_id)

    def request_count(self) -> int:
        return self.simulator.service.counters.requests
