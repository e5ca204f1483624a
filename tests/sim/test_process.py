# SPDX-License-Identifier: MIT
"""The simulator as a program: its line, its control port, and its end."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import unittest
from typing import IO, Any

from harness.caller import Caller
from harness.places import ROOT
from harness.service import certificates
from sim.command import DEFAULT_KEY

_LINE = re.compile(r"listening on 127\.0\.0\.1:(\d+)(?:, control on 127\.0\.0\.1:(\d+))?\n")


class Process(unittest.TestCase):
    def start(self, *arguments: str, stdin: int | IO[bytes] = subprocess.DEVNULL) -> None:
        directory = certificates()
        command = [
            sys.executable, str(ROOT / "tests" / "sim"),
            "--cert", str(directory / "server.pem"), "--key", str(directory / "server.key"),
            *arguments,
        ]
        self.process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.addCleanup(self.process.wait, 10)
        self.addCleanup(self.process.kill)
        assert self.process.stdout is not None and self.process.stderr is not None
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.stderr.close)
        match = _LINE.fullmatch(self.process.stdout.readline())
        assert match is not None
        self.port = int(match[1])
        self.control_port = int(match[2] or 0)

    def control(self, method: str, path: str, members: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.control_port, timeout=5)
        connection.request(method, path, None if members is None else json.dumps(members))
        response = connection.getresponse()
        document = json.loads(response.read())
        connection.close()
        return response.status, document

    def caller(self) -> Caller:
        caller = Caller(self.port)
        self.addCleanup(caller.close)
        return caller

    def test_it_ends_without_a_word_where_nobody_reads_where_it_listens(self) -> None:
        directory = certificates()
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "sim"), "--cert", str(directory / "server.pem"),
             "--key", str(directory / "server.key")], stdin=subprocess.DEVNULL, stdout=writer,
            stderr=subprocess.PIPE, timeout=20, check=False)
        os.close(writer)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_it_says_where_it_listens_and_ends_clean_on_sigterm_and_sigint(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self.start()
            self.assertEqual(self.caller().code(key=DEFAULT_KEY), "")
            self.process.send_signal(number)
            self.assertEqual(self.process.wait(5), 0)
            assert self.process.stderr is not None
            self.assertEqual(self.process.stderr.read(), "")

    def test_several_signals_at_once_end_it_too(self) -> None:
        for _ in range(5):
            self.start()
            for _ in range(3):
                self.process.send_signal(signal.SIGINT)
                self.process.send_signal(signal.SIGTERM)
            self.assertEqual(self.process.wait(5), 0)

    def test_with_parent_it_ends_when_a_pipe_on_stdin_closes(self) -> None:
        read_end, write_end = os.pipe()
        self.start("--with-parent", stdin=read_end)
        os.close(read_end)
        self.assertIsNone(self.process.poll())
        os.close(write_end)
        self.assertEqual(self.process.wait(5), 0)

    def test_with_parent_it_ends_when_its_parent_is_killed(self) -> None:
        directory = certificates()
        shell = subprocess.Popen(
            ["/bin/sh", "-c", '"$@" & wait', "sh", sys.executable, str(ROOT / "tests" / "sim"),
             "--cert", str(directory / "server.pem"), "--key", str(directory / "server.key"),
             "--with-parent"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )
        assert shell.stdout is not None
        self.assertTrue(shell.stdout.readline().startswith(b"listening on"))
        shell.kill()
        shell.wait(5)
        # The simulator holds the pipe's other end: its end is the end of the file.
        self.assertEqual(shell.stdout.read(), b"")
        shell.stdout.close()

    def test_the_control_port_sets_the_scenario_and_reads_the_counters(self) -> None:
        self.start("--control-port", "0")
        self.assertEqual(self.control("POST", "/scenario", {"error_code": "InternalError"}),
                         (200, {}))
        caller = self.caller()
        self.assertEqual(caller.code(key=DEFAULT_KEY), "InternalError")
        self.assertEqual(self.control("POST", "/scenario", {}), (200, {}))
        self.assertEqual(caller.code({"Limit": 7}, key=DEFAULT_KEY), "")
        status, counters = self.control("GET", "/counters")
        self.assertEqual(status, 200)
        self.assertEqual(counters["connections"], 1)
        self.assertEqual(counters["requests"], 2)
        self.assertEqual(counters["errors"], {"InternalError": 1})
        _, requests = self.control("GET", "/requests")
        self.assertEqual(json.loads(requests[1]["body"]), {"Limit": 7})

    def test_the_control_port_refuses_what_it_does_not_know(self) -> None:
        self.start("--control-port", "0")
        bad: list[Any] = [{"nonsense": 1}, {"answer": "nonsense"}, {"framing": 1},
                          {"times": "2"}, [], 7]
        for members in bad:
            self.assertEqual(self.control("POST", "/scenario", members)[0], 400)
        self.assertEqual(self.control("POST", "/tasks", {"outcome": "Maybe"})[0], 400)
        self.assertEqual(self.control("GET", "/nonsense")[0], 404)

    def test_a_task_can_be_started_and_runs_at_the_speed_asked_for(self) -> None:
        self.start("--control-port", "0", "--speed", "1000", "--scenario", "rate_per_s=0")
        _, answer = self.control("POST", "/tasks", {"duration_s": 2000, "outcome": "Fail"})
        caller = self.caller()
        seen = set()
        while "Fail" not in seen:
            found = caller.ask({"TaskId": answer["TaskId"]}, key=DEFAULT_KEY)["TaskSet"][0]
            seen.add(found["Status"])
        self.assertEqual(seen, {"Running", "Fail"})

    def test_a_task_can_be_started_as_it_was_before_and_come_and_go(self) -> None:
        self.start("--control-port", "0", "--scenario", "rate_per_s=0")
        again = {"task_id": 77, "age_s": 100, "duration_s": 200, "outcome": "Resume"}
        self.assertEqual(self.control("POST", "/tasks", again), (200, {"TaskId": 77}))
        self.assertEqual(self.control("POST", "/tasks", again)[0], 400)
        self.assertEqual(self.control("POST", "/tasks", {}), (200, {"TaskId": 2_000_001}))
        self.assertEqual(self.control("POST", "/tasks", {"task_id": 2_000_002})[0], 200)
        self.assertEqual(self.control("POST", "/tasks", {}), (200, {"TaskId": 2_000_003}))
        late = {"task_id": 78, "appears_s": 50, "vanishes_s": 60}
        self.assertEqual(self.control("POST", "/tasks", late)[0], 200)
        caller = self.caller()
        found = caller.ask({"TaskId": 77}, key=DEFAULT_KEY)["TaskSet"][0]
        self.assertEqual((found["Status"], found["Progress"]), ("Pause", 50))
        for offset_s, count in ((40, 0), (55, 1), (65, 0)):
            self.control("POST", "/scenario", {"rate_per_s": 0, "clock_offset_s": offset_s})
            answer = caller.ask({"TaskId": 78}, key=DEFAULT_KEY,
                                moment=int(time.time()) + offset_s)
            self.assertEqual(answer["TotalCount"], count)

    def test_a_wrong_command_line_is_refused(self) -> None:
        wrong: list[list[str]] = [[], ["--cert", "x", "--key", "y", "--scenario", "nonsense=1"]]
        for arguments in wrong:
            done = subprocess.run(
                [sys.executable, str(ROOT / "tests" / "sim"), *arguments],
                capture_output=True, check=False, timeout=10,
            )
            self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
