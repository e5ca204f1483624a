# SPDX-License-Identifier: MIT
"""The service that tests talk to: certificates, keys, and a simulator in the test's process."""

import functools
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from harness.places import CERTIFICATES, ROOT
from sim.checks import Key, Rules
from sim.clock import Clock
from sim.command import DEFAULT_KEY, EXAMPLES_DIRECTORY
from sim.faults import Scenario
from sim.server import Service, Settings, Simulator
from sim.tasks import Examples, Task, TaskStore, past_tasks

_CERTIFICATES_LIMIT_S = 300

# Made-up keys, so long and odd that one of them in an output must be a leak.
LONG_TERM = Key("AKIDlongTermTest0123456789abcdefghijk", "SecretKeyOfTheLongTermTestAccount")
TEMPORARY = Key(
    "AKIDtemporaryTest0123456789abcdefghi",
    "SecretKeyOfTheTemporaryTestAccount",
    "TokenOfTheTemporaryTestAccount." + "0123456789abcdef" * 40,
)


Made = TypeVar("Made")


def once(make: Callable[[], Made]) -> Callable[[], Made]:
    """Calls `make` once. Later calls get the same result, or fail at once with the same error."""

    @functools.cache
    def attempt() -> tuple[Made | None, Exception | None]:
        try:
            return make(), None
        except Exception as error:  # noqa: BLE001 (it is raised below)
            return None, error

    @functools.wraps(make)
    def result() -> Made:
        made, error = attempt()
        if error is not None:
            raise error
        return made  # type: ignore[return-value]

    return result


@once
def certificates() -> Path:
    """The directory of the certificates that all tests of a build share; tests only read it.

    make_certs.sh fills it once, under a lock.
    """
    script = ROOT / "tests" / "support" / "make_certs.sh"
    done = subprocess.run([script, CERTIFICATES, "all"], check=False, capture_output=True, text=True,
                          timeout=_CERTIFICATES_LIMIT_S)
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed:\n{done.stderr}")
    return CERTIFICATES


@once
def examples() -> Examples:
    return Examples(EXAMPLES_DIRECTORY)


class RunningSimulator:
    """A simulator in threads of this process. A test may read and change its state."""

    def __init__(
        self,
        past: int = 20,
        tasks: list[Task] | None = None,
        with_examples: bool = True,
        certificate: str = "server",
        tls: str = "",
        pretty: bool = False,
        rate_limit: bool = True,
    ) -> None:
        """`rate_limit` False: tests that run the client several times need not wait for the API's
        limit, which all these runs share."""
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
        self._defaults: dict[str, object] = {} if rate_limit else {"rate_per_s": 0}
        self.set_scenario()

    def set_scenario(self, **switches: object) -> None:
        """Sets how the service behaves from now on: see sim/faults.py."""
        members: dict[str, Any] = {**self._defaults, **switches}
        self.service.set_scenario(Scenario(**members))

    def use_certificate(self, name: str, tls: str = "") -> None:
        """Serves another certificate from now on. "leaf+middle" sends an intermediate along."""
        directory = certificates()
        leaf, *others = name.split("+")
        with tempfile.NamedTemporaryFile("w", prefix="pgtask-chain-", suffix=".pem") as chain:
            chain.writelines((directory / f"{one}.pem").read_text() for one in [leaf, *others])
            chain.flush()
            self._simulator.use_certificate(Path(chain.name), directory / f"{leaf}.key", tls)

    def stop(self) -> None:
        """Accepts no more connections. Open ones go on."""
        self._simulator.stop()

    def start_again(self) -> None:
        """After stop(), starts the same service again on the same port."""
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
