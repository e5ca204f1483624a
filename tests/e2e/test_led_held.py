# SPDX-License-Identifier: MIT
"""Nothing on its machine holds `pgtask led` and `pgtask watch`: pipes, files, limits."""

import os
import re
import resource
import signal
import subprocess
import time
import unittest
from pathlib import Path
from typing import Any

from harness.led_daemon import LIMIT_S, Daemon, LedDaemon, Unprivileged, read_trace
from harness.runner import GOOD, USAGE, EndToEnd
from harness.watching import Watching

INSTANCE = "postgres-led00001"


def full_pipe() -> tuple[int, int]:
    """Returns the ends of a pipe that takes not one byte more, to read and to write."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for size in (4096, 1):
        try:
            while True:
                os.write(writer, b"." * size)
        except BlockingIOError:
            pass
    os.set_blocking(writer, True)
    return reader, writer


def read_all(reader: int, seconds: float) -> str:
    """Returns what comes out of a pipe within a time."""
    os.set_blocking(reader, False)
    text = b""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            text += os.read(reader, 65536)
        except BlockingIOError:
            time.sleep(0.01)
    return text.decode()


class FullPipes(LedDaemon):
    def pipe(self) -> tuple[int, int]:
        reader, writer = full_pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        return reader, writer

    def updates(self, daemon: Daemon) -> int:
        return len(read_trace(daemon.trace))

    def assert_led_is_set(self, daemon: Daemon) -> None:
        before = self.updates(daemon)
        daemon.wait("further updates of the LED", lambda: self.updates(daemon) > before + 10)

    def test_a_full_standard_error_does_not_hold_the_led(self) -> None:
        reader, writer = self.pipe()
        daemon = self.daemon("--instance", INSTANCE, start={"stderr": writer})
        daemon.wait_for("idle")
        for _ in range(400):
            daemon.tell(signal.SIGUSR1)
            time.sleep(0.002)
        self.start_task(1)
        daemon.wait_for("success")
        self.assert_lines(read_all(reader, 1.5))
        daemon.tell(signal.SIGUSR1)
        self.assertIn("acknowledged", read_all(reader, 0.5))
        daemon.stop()
        self.assertIn("ended by a signal", read_all(reader, 0.2))

    def assert_lines(self, text: str) -> None:
        """Each line is whole, and the lines that are missing are counted in their place."""
        lines = text.lstrip(".").splitlines()
        missing = re.fullmatch(r"(\d+) lines are missing here, because standard error was full",
                               lines[-1])
        self.assertIsNotNone(missing, text[-300:])
        assert missing is not None
        self.assertGreater(int(missing[1]), 10)
        self.assertEqual(set(lines[:-1]) - {"acknowledged by SIGUSR1"}, set())
        self.assertGreater(len(lines), 100)

    def test_a_full_standard_error_does_not_hold_its_end(self) -> None:
        _, writer = self.pipe()
        daemon = self.daemon("--instance", INSTANCE, "--verbose", start={"stderr": writer})
        daemon.wait_for("idle")
        self.assert_led_is_set(daemon)
        daemon.stop()

    def test_a_full_standard_output_does_not_hold_the_loop(self) -> None:
        reader, writer = self.pipe()
        daemon = self.daemon("--instance", INSTANCE, led="terminal", start={"stdout": writer})
        before = self.request_count()
        daemon.wait("polls", lambda: self.request_count() > before + 3)
        self.assertIn("led: idle\n", read_all(reader, 0.5))
        daemon.stop()

    def test_a_lamp_that_cannot_be_written_is_reported_once(self) -> None:
        with open("/dev/full", "wb") as full:
            daemon = self.daemon(self.start_task(1), led="terminal", start={"stdout": full})
            daemon.wait_for_log("ended")
        log = daemon.stop().stderr
        self.assertEqual(log.count("cannot set the LED; still trying: terminal"), 1, log)
        self.assertNotIn("can be set again", log)

    def test_a_full_standard_error_does_not_hold_its_start(self) -> None:
        _, writer = self.pipe()
        path = self.home / "credentials"
        path.write_text("[default]\nsecret_id = AKIDnobody\nsecret_key = nobody\n")
        path.chmod(0o644)
        daemon = self.daemon("--instance", INSTANCE, key=None, start={"stderr": writer},
                             environment={"TENCENTCLOUD_CREDENTIALS_FILE": str(path)})
        daemon.wait_for("blocked")
        daemon.stop()


class FullPipesOfWatch(Watching):
    def test_a_full_standard_error_does_not_hold_watch(self) -> None:
        reader, writer = full_pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        task = self.start(duration_s=1)
        done = subprocess.run(
            self.command("watch", str(task), "--interval", "0.1", "--exec", "/bin/false"),
            env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=writer, timeout=20, check=False)
        self.assertEqual(done.returncode, GOOD)
        self.assertIn(b" ended: ", done.stdout)


class Places(EndToEnd):
    """Something else than a file is where a file should be."""

    def special(self) -> list[Path]:
        """A device is only reached by a link, so that no fault of the client can replace it."""
        fifo, device = self.home / "fifo", self.home / "device"
        os.mkfifo(fifo)
        device.symlink_to("/dev/zero")
        return [fifo, device, self.home]

    def refusal(self, *arguments: str, **variables: str) -> str:
        done = subprocess.run(arguments, env={**self.environment(), **variables},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10,
                              check=False)
        self.assertEqual(done.returncode, USAGE, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr

    def test_they_are_refused_at_once_with_a_sentence(self) -> None:
        led = self.command("led", "--instance", INSTANCE, "--led", "terminal")
        list_only = self.command("list")
        at = list_only.index("--ca-file") + 1
        for path in self.special():
            with self.subTest(path):
                found = [
                    self.refusal(*led, "--metrics-file", str(path)),
                    self.refusal(*self.command("led", "1", "--led", f"trace:{path}")),
                    self.refusal(*list_only[:at], str(path), *list_only[at + 1:]),
                ]
                for text in found:
                    self.assertIn("regular file", text)
                text = self.refusal(
                    "/usr/bin/env", "-u", "TENCENTCLOUD_SECRET_ID", "-u", "TENCENTCLOUD_SECRET_KEY",
                    *list_only, TENCENTCLOUD_CREDENTIALS_FILE=str(path))
                self.assertIn("regular file", text)

    def test_a_trace_follows_no_link(self) -> None:
        target, link = self.home / "precious", self.home / "trace"
        target.write_text("as it was")
        link.symlink_to(target)
        self.assertIn("cannot be written",
                      self.refusal(*self.command("led", "1", "--led", f"trace:{link}")))
        self.assertEqual(target.read_text(), "as it was")


class Limits(LedDaemon):
    def test_a_limit_of_file_sizes_is_logged_once_and_the_led_goes_on(self) -> None:
        path = self.home / "pgtask.prom"
        daemon = self.daemon("--instance", INSTANCE, "--interval", "0.3", "--idle", "0.3",
                             "--metrics-file", str(path), led=f"sysfs:{self.sysfs_led()}",
                             environment={"PGTASK_LED_SYSFS": str(self.home)})
        daemon.wait("a file", path.exists)
        limit(daemon.process.pid, resource.RLIMIT_FSIZE, 2500)
        self.start_task(1)
        daemon.wait_for_log("cannot write the metrics file")
        daemon.wait_for_log("ended: ")
        limit(daemon.process.pid, resource.RLIMIT_FSIZE)
        self.start_task(1)
        daemon.wait_for_log("the metrics file can be written again")
        text = daemon.stop().stderr
        self.assertEqual(text.count("cannot write the metrics file"), 1, text)
        self.assertEqual([one.name for one in self.home.glob("pgtask.prom*")], ["pgtask.prom"])

    def sysfs_led(self) -> str:
        (self.home / "green").mkdir()
        for name in ("brightness", "max_brightness"):
            (self.home / "green" / name).write_text("1\n")
        return "green"


class Dumps(Unprivileged):
    def test_no_other_process_of_the_user_sees_its_memory(self) -> None:
        """What a process must not dump belongs to root in /proc (proc(5))."""
        daemon = self.daemon("--instance", INSTANCE, led="terminal", start=self.user)
        daemon.wait("a poll", lambda: self.request_count() > 0)
        for name in ("environ", "mem", "fd", "maps"):
            self.assertEqual(os.stat(f"/proc/{daemon.process.pid}/{name}").st_uid, 0, name)
        daemon.stop()

    def test_a_program_of_exec_is_as_usual(self) -> None:
        path = self.home / "program"
        path.write_text("#!/bin/sh\nstat -c %u /proc/$$/environ >&2\nid -u >&2\n")
        path.chmod(0o755)
        command = self.command("watch", self.start_task(0.5), "--interval", "0.1", "--quiet", "--exec",
                               str(path))
        done = subprocess.run(command, env=self.environment(), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT_S, check=False,
                              **self.user)
        self.assertEqual(done.returncode, GOOD, done.stderr)
        owner, user = done.stderr.split()[:2]
        self.assertEqual(owner, user)


class NoProcesses(Unprivileged):
    """The system starts no further process for this user, until lift()."""

    def setUp(self) -> None:
        super().setUp()
        self.occupant: "subprocess.Popen[bytes] | None" = None
        most = 1
        if os.geteuid() == 0:  # a second process makes room when it ends
            self.occupant = self.enterContext(subprocess.Popen(["/bin/sleep", "600"], **self.user))
            self.addCleanup(self.occupant.kill)
            most = 2
        self.start: dict[str, Any] = {
            **self.user, "preexec_fn": lambda: limit(0, resource.RLIMIT_NPROC, most)}

    def lift(self, process: "subprocess.Popen[Any]") -> None:
        if self.occupant is not None:
            self.occupant.kill()
            self.occupant.wait()
        else:
            limit(process.pid, resource.RLIMIT_NPROC)

    def test_a_look_up_that_cannot_be_started_is_told_and_tried_again(self) -> None:
        daemon = self.daemon("--instance", INSTANCE, led="terminal", start=self.start,
                             connect=f"localhost:{self.simulator.port}")
        daemon.wait_for_log("No process can be started to look up the host")
        before = cpu_seconds(daemon)
        time.sleep(1)
        self.assertLess(cpu_seconds(daemon) - before, 0.5)
        self.assertEqual(daemon.log.read_text().count("No process"), 1)
        self.lift(daemon.process)
        daemon.wait_for_log("the service answers again")
        daemon.stop()

    def test_a_program_that_cannot_be_started_is_told_and_tried_again(self) -> None:
        task = self.start_task(60)
        command = self.command("watch", task, "--interval", "0.1", "--quiet", "--exec", "/bin/true")
        with subprocess.Popen(command, env=self.environment(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              **self.start) as process:
            assert process.stdout is not None and process.stderr is not None
            for _ in range(3):
                self.assertRegex(process.stdout.readline(), "appeared|step|progressed")
            self.assertIn("/bin/true: no process can be started for this program",
                          process.stderr.readline())
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(LIMIT_S), 128 + signal.SIGINT)
            self.assertNotIn("no process", process.stderr.read())

    def test_watch_waits_for_a_process_to_look_the_host_up(self) -> None:
        command = self.command("watch", self.start_task(1), "--interval", "0.1", "--quiet",
                               connect=f"localhost:{self.simulator.port}")
        with subprocess.Popen(command, env=self.environment(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              **self.start) as process:
            assert process.stdout is not None
            self.assertIn("No process can be started", process.stdout.readline())
            self.lift(process)
            self.assertIn(" ended: ", process.stdout.read())
            self.assertEqual(process.wait(LIMIT_S), GOOD)


def cpu_seconds(daemon: Daemon) -> float:
    facts = Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")


def limit(pid: int, kind: int, soft: int | None = None) -> None:
    """Sets a limit of a running process, 0 for this one, or else lifts it."""
    _, hard = resource.prlimit(pid, kind)
    resource.prlimit(pid, kind, (soft if soft is not None else hard, hard))


if __name__ == "__main__":
    unittest.main()
