# SPDX-License-Identifier: MIT
"""make sim: a service to play with, and the lines that let a shell reach it.

Its key is made up anew each time and needs its token, as temporary keys do. Its regions differ, and
TotalCount does not depend on Limit: it has none of the API page's examples, whose answers are fixed.
"""

import dataclasses
import os
import secrets
import shlex
import signal
import string
import sys
from pathlib import Path

from sim.checks import Key, Rules
from sim.clock import Clock
from sim.control import Control, start_task
from sim.server import Service, Settings, Simulator
from sim.tasks import TaskStore, past_tasks

ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
REGION, OTHER_REGION = "ap-guangzhou", "ap-shanghai"
OTHER_FIRST_ID = 500_000
LIVE = ("Success", "Fail", "WaitSwitch", "Pause")
SPEED = 2  # a restore of 4 minutes takes 2


def make_key() -> Key:
    letters = string.ascii_letters + string.digits
    text = ["".join(secrets.choice(letters) for _ in range(length)) for length in (32, 32, 96)]
    return Key("AKID" + text[0], text[1], text[2])


def make_service(certificates: Path, key: Key, port: int) -> Service:
    clock = Clock()
    store, other = TaskStore(), TaskStore()
    store.extend(past_tasks(57, clock.now()))
    other.extend(dataclasses.replace(task, task_id=task.task_id + OTHER_FIRST_ID)
                 for task in past_tasks(7, clock.now()))
    settings = Settings(certificates / "server.pem", certificates / "server.key",
                        Rules({key.secret_id: key}), port)
    service = Service(settings, store, None, clock)
    service.use_stores({REGION: store, OTHER_REGION: other})
    for outcome in LIVE:
        start_task(service, SPEED, {"outcome": outcome})
    return service


def exports(key: Key, port: int, certificates: Path) -> list[str]:
    values = {
        "TENCENTCLOUD_SECRET_ID": key.secret_id, "TENCENTCLOUD_SECRET_KEY": key.secret_key,
        "TENCENTCLOUD_TOKEN": key.token, "TENCENTCLOUD_REGION": REGION,
        "PGTASK_ENDPOINT": f"localhost:{port}", "PGTASK_CA_FILE": str(certificates / "ca.pem"),
        "no_proxy": "localhost",
    }
    return [f"export {name}={shlex.quote(value)}" for name, value in values.items()]


def main() -> int:
    """Usage: play.py CERTIFICATES [PORT]"""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    certificates = Path(sys.argv[1]).resolve()
    key = make_key()
    simulator = Simulator(make_service(certificates, key, int(sys.argv[2]) if sys.argv[2:] else 0))
    simulator.start()
    control = Control(simulator.service, 0, SPEED)
    control.start()
    where = f"http://127.0.0.1:{control.server_address[1]}"
    text = "\n".join((
        "# Paste this into another terminal. Ctrl-C here ends the service.",
        *exports(key, simulator.port, certificates),
        "# pgtask list; pgtask watch 2000001; pgtask list --region ap-shanghai",
        f"# curl -d '{{\"outcome\": \"Fail\", \"duration_s\": 60}}' {where}/tasks   # starts a task",
        f"# curl -d '{{\"error_code\": \"InternalError\"}}' {where}/scenario       # trouble; {{}} ends it",
        ""))
    os.write(sys.stdout.fileno(), text.encode())
    signal.sigwait(ENDS)
    simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
