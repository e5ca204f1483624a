# SPDX-License-Identifier: MIT
"""The command line: python3 tests/sim --cert PEM --key KEY [--port N] ..."""

import argparse
import dataclasses
import os
import signal
import stat
import sys
import threading
import time
from pathlib import Path
from typing import Any

from sim.checks import REGIONS, Key, Rules
from sim.clock import Clock
from sim.control import Control, start_task
from sim.faults import Scenario, scenario_from
from sim.server import Service, Settings, Simulator
from sim.tasks import DEFAULT_WINDOW_DAYS, Examples, TaskStore, past_tasks

ENDS = (signal.SIGTERM, signal.SIGINT)
LIVE_OUTCOMES = ("Success", "Fail", "WaitSwitch", "Pause")
EXAMPLES_DIRECTORY = Path(__file__).resolve().parent.parent / "data" / "examples"
# Made up; the texts of the API's documentation examples.
DEFAULT_KEY = Key("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")


def _key(text: str) -> Key:
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(parts):
        raise argparse.ArgumentTypeError("a key is ID:KEY or ID:KEY:TOKEN")
    return Key(*parts)


def _switch(text: str) -> tuple[str, Any]:
    """NAME=VALUE of a scenario, VALUE being a number, true, false or a text."""
    name, _, value = text.partition("=")
    constants: dict[str, Any] = {"true": True, "false": False}
    if value in constants:
        return name, constants[value]
    for convert in (int, float):
        try:
            return name, convert(value)
        except ValueError:
            continue
    return name, value


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="sim", description="A simulated DescribeTasks service on 127.0.0.1."
    )
    parser.add_argument("--cert", type=Path, required=True, help="certificate chain, PEM")
    parser.add_argument("--key", type=Path, required=True, help="its private key, PEM")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--control-port", type=int, help="plain HTTP for counters and scenarios")
    parser.add_argument("--tls", choices=("1.2", "1.3"), default="", help="allow this one alone")
    parser.add_argument("--account", type=_key, action="append", metavar="ID:KEY[:TOKEN]",
                        help="a key that is accepted, a temporary one with its token")
    parser.add_argument("--region", action="append", help="a region that is served")
    parser.add_argument("--tasks", type=int, default=20, metavar="N", help="tasks of the past")
    parser.add_argument("--live", type=int, default=0, metavar="N",
                        help="tasks that start now: success, failure, WaitSwitch and Pause in turn")
    parser.add_argument("--speed", type=float, default=1.0, help="tasks run so much faster")
    parser.add_argument("--window-days", type=int, default=DEFAULT_WINDOW_DAYS,
                        help="how far a query without MinStartTime looks back")
    parser.add_argument("--no-examples", action="store_true", help="without the API page's tasks")
    parser.add_argument("--pretty", action="store_true", help="answers as the API page prints them")
    parser.add_argument("--scenario", type=_switch, action="append", default=[],
                        metavar="NAME=VALUE", help="; ".join(
                            item.name for item in dataclasses.fields(Scenario)))
    parser.add_argument("--with-parent", action="store_true",
                        help="end when the parent process ends, or a pipe on stdin closes")
    options = parser.parse_args(arguments)
    if options.speed <= 0 or options.tasks < 0:
        parser.error("--speed and --tasks must be positive")
    try:
        options.scenario = scenario_from(dict(options.scenario))
    except ValueError as error:
        parser.error(str(error))
    return options


def make_service(options: argparse.Namespace) -> Service:
    clock = Clock()
    store = TaskStore(options.window_days)
    examples = None if options.no_examples else Examples(EXAMPLES_DIRECTORY)
    if examples is not None:
        store.extend(examples.tasks)
    store.extend(past_tasks(options.tasks, clock.now()))
    keys = {key.secret_id: key for key in options.account or [DEFAULT_KEY]}
    rules = Rules(keys, frozenset(options.region) if options.region else REGIONS)
    settings = Settings(
        options.cert, options.key, rules, options.port, options.tls, options.pretty
    )
    service = Service(settings, store, examples, clock)
    for number in range(options.live):
        start_task(service, options.speed, {"outcome": LIVE_OUTCOMES[number % len(LIVE_OUTCOMES)]})
    service.set_scenario(options.scenario)
    return service


def _end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _follow_parent() -> None:
    parent = os.getppid()

    def watch_parent() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        _end()

    def watch_stdin() -> None:
        while os.read(0, 4096):
            pass
        _end()

    threading.Thread(target=watch_parent, daemon=True).start()
    mode = os.fstat(0).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        threading.Thread(target=watch_stdin, daemon=True).start()


def _tell(line: str) -> bool:
    """Writes a line to standard output at once; False if nobody reads it any more."""
    try:
        os.write(sys.stdout.fileno(), line.encode() + b"\n")
    except BrokenPipeError:
        return False
    return True


def main(arguments: list[str] | None = None) -> int:
    # Waited for, not handled: a handler that is interrupted by the next one while it sets an Event
    # locks both up.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    options = parse(arguments)
    if options.with_parent:
        _follow_parent()
    simulator = Simulator(make_service(options))
    simulator.start()
    line = f"listening on 127.0.0.1:{simulator.port}"
    if options.control_port is not None:
        control = Control(simulator.service, options.control_port, options.speed)
        control.start()
        line += f", control on 127.0.0.1:{control.server_address[1]}"
    if _tell(line):
        signal.sigwait(ENDS)
    simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
