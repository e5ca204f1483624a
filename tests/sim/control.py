# SPDX-License-Identifier: MIT
"""A second port, plain HTTP on loopback, that reads counters and sets the scenario.

GET /counters, GET /requests, POST /scenario (JSON, see faults.Scenario), POST /tasks
({"outcome", "duration_s", "task_type", "instance_id", "task_id", "age_s": started so long ago,
"appears_s", "vanishes_s": is listed from and until so long after its start}, all optional; answers
{"TaskId"}).
"""

import dataclasses
import http.server
import json
import threading
from typing import Any

from sim.faults import scenario_from
from sim.server import Service
from sim.tasks import OUTCOMES, TASK_TYPES, Task, instance_name


def start_task(service: Service, speed: float, wanted: dict[str, Any]) -> int:
    """Starts a task now; ValueError for a member or value that is not known."""
    outcome = wanted.pop("outcome", "Success")
    task_type = wanted.pop("task_type", "RestoreDatabase")
    instance_id = str(wanted.pop("instance_id", instance_name(0)))
    task_id = int(wanted.pop("task_id", 0))
    start = int(service.clock.now() - float(wanted.pop("age_s", 0)) / speed)
    duration_s = float(wanted.pop("duration_s", 240)) / speed
    appears_s = float(wanted.pop("appears_s", "-inf")) / speed
    vanishes_s = float(wanted.pop("vanishes_s", "inf")) / speed
    if wanted or outcome not in OUTCOMES or task_type not in TASK_TYPES or duration_s <= 0:
        raise ValueError("no such task")
    task = Task(task_id, task_type, instance_id, start, duration_s, outcome,
                listed_from=start + appears_s, listed_until=start + vanishes_s)
    return service.store.start(task).task_id


class _Handler(http.server.BaseHTTPRequestHandler):
    server: "Control"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base's name)
        """Not logged."""

    def _reply(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:  # noqa: N802 (the base's name)
        service = self.server.service
        with service.lock:
            documents: dict[str, Any] = {
                "/counters": dataclasses.asdict(service.counters),
                "/requests": list(service.recorded),
                "/scenario": dataclasses.asdict(service.stage.peek()),
            }
        if self.path in documents:
            self._reply(200, documents[self.path])
        else:
            self._reply(404, {"error": "no such path"})

    def do_POST(self) -> None:  # noqa: N802 (the base's name)
        try:
            text = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            members = json.loads(text or b"{}")
            if self.path == "/scenario":
                self.server.service.set_scenario(scenario_from(members))
                self._reply(200, {})
            elif self.path == "/tasks":
                task_id = start_task(self.server.service, self.server.speed, members)
                self._reply(200, {"TaskId": task_id})
            else:
                self._reply(404, {"error": "no such path"})
        except (ValueError, TypeError, AttributeError) as error:
            self._reply(400, {"error": str(error)})


class Control(http.server.ThreadingHTTPServer):
    """The control port."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, service: Service, port: int, speed: float) -> None:
        self.service = service
        self.speed = speed
        super().__init__(("127.0.0.1", port), _Handler)

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
