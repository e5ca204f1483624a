# SPDX-License-Identifier: MIT
"""What the Python tests share: certificates, and a simulator inside the test's process."""

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

from sim.checks import Key, Rules
from sim.clock import Clock
from sim.command import DEFAULT_KEY, EXAMPLES_DIRECTORY
from sim.faults import Scenario
from sim.server import Service, Settings, Simulator
from sim.tasks import Examples, Task, TaskStore, past_tasks

ROOT = Path(__file__).resolve().parent.parent.parent

# Made up. Long and odd enough that finding one of them in an output means a leak.
LONG_TERM = Key("AKIDlongTermTest0123456789abcdefghijk", "SecretKeyOfTheLongTermTestAccount")
TEMPORARY = Key(
    "AKIDtemporaryTest0123456789abcdefghi",
    "SecretKeyOfTheTemporaryTestAccount",
    "TokenOfTheTemporaryTestAccount." + "0123456789abcdef" * 40,
)


@functools.cache
def certificates() -> Path:
    """A directory with tests/support/make_certs.sh's certificates, good and bad.

    CERTIFICATES names one that is to be used, for programs that were built with its roots.
    """
    if "CERTIFICATES" in os.environ:
        directory = Path(os.environ["CERTIFICATES"])
    else:
        directory = Path(tempfile.mkdtemp(prefix="pgtask-certs-"))
        atexit.register(shutil.rmtree, directory, ignore_errors=True)
    script = ROOT / "tests" / "support" / "make_certs.sh"
    subprocess.run([script, directory, "all"], check=True, capture_output=True, timeout=120)
    return directory


@functools.cache
def examples() -> Examples:
    return Examples(EXAMPLES_DIRECTORY)


class RunningSimulator:
    """A simulator in threads of this process, with its inside open to the test."""

    def __init__(
        self,
        past: int = 20,
        tasks: list[Task] | None = None,
        with_examples: bool = True,
        certificate: str = "server",
        tls: str = "",
        pretty: bool = False,
    ) -> None:
        clock = Clock()
        store = TaskStore()
        if with_examples:
            store.extend(examples().tasks)
        store.extend(past_tasks(past, clock.now()))
        store.extend(tasks or [])
        keys = {key.secret_id: key for key in (LONG_TERM, TEMPORARY, DEFAULT_KEY)}
        settings = Settings(
            certificates() / f"{certificate}.pem",
            certificates() / f"{certificate}.key",
            Rules(keys),
            tls=tls,
            pretty=pretty,
        )
        self.service = Service(settings, store, examples() if with_examples else None, clock)
        self._simulator = Simulator(self.service)
        self.port = self._simulator.port

    def play(self, **switches: object) -> None:
        """Sets the scenario."""
        self.service.set_scenario(Scenario(**switches))  # type: ignore[arg-type]

    def use_certificate(self, name: str, tls: str = "") -> None:
        """Shows another certificate; "leaf+middle" sends an intermediate along."""
        directory = certificates()
        leaf, *others = name.split("+")
        chain = directory / f"{name}.chain"
        chain.write_text("".join((directory / f"{one}.pem").read_text() for one in [leaf, *others]))
        self._simulator.use_certificate(chain, directory / f"{leaf}.key", tls)

    def stop(self) -> None:
        """Takes no more connections; those that are there go on."""
        self._simulator.stop()

    def start_again(self) -> None:
        """After stop(): the same service, on the same port."""
        self.service.settings.port = self.port
        self._simulator = Simulator(self.service)
        self._simulator.start()

    def __enter__(self) -> "RunningSimulator":
        self._simulator.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
