# SPDX-License-Identifier: MIT
"""`pgtask led` under a service manager: notifications, watchdog, log, metrics, units."""

import configparser
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from harness.led_daemon import LIMIT_S, Daemon, LedDaemon, write_credentials
from harness.places import HEAP_GUARD, PGTASK, ROOT, has_stock_mbedtls
from harness.prometheus import Sample, parse
from harness.runner import Run
from harness.service import LONG_TERM, certificates

INSTANCE = "postgres-led00001"
SERVICE = ROOT / "examples" / "service"


class Manager:
    """The socket that systemd listens on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self.received: list[tuple[float, str]] = []

    def listen(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                text = self.socket.recv(4096).decode()
            except TimeoutError:
                break
            self.received.append((time.monotonic(), text))

    def texts(self) -> list[str]:
        return [text for _, text in self.received if not text.startswith(("STATUS=", "WATCHDOG="))]

    def beats(self) -> list[float]:
        return [at for at, text in self.received if text == "WATCHDOG=1"]


class Notifies(LedDaemon):
    def manage(self, name: str, **environment: str) -> tuple[Manager, Daemon]:
        manager = Manager(name)
        self.addCleanup(manager.socket.close)
        daemon = self.daemon("--instance", INSTANCE,
                             environment={"NOTIFY_SOCKET": name, **environment})
        return manager, daemon

    def test_ready_reloading_and_stopping_are_notified(self) -> None:
        for name in (str(self.home / "notify"), f"@pgtask-test-{os.getpid()}-{time.monotonic_ns()}"):
            with self.subTest(name):
                manager, daemon = self.manage(name)
                daemon.wait_for("idle")
                daemon.tell(signal.SIGHUP)
                daemon.wait_for_log("credentials were read again")
                daemon.stop()
                manager.listen(0.3)
                self.assertEqual(manager.texts(),
                                 ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"])
                self.assertIn("STATUS=LED: idle", [text for _, text in manager.received])
                self.assertEqual(manager.beats(), [], "nobody asked for signs of life")

    def test_a_request_that_comes_while_it_starts_is_served(self) -> None:
        """Empty lines before its CA certificate make the start slow."""
        slow = self.home / "slow.pem"
        slow.write_bytes(b"\n" * 8_000_000 + (certificates() / "ca.pem").read_bytes())
        for number, log in ((signal.SIGHUP, "credentials were read again"),
                            (signal.SIGUSR1, "acknowledged")):
            with self.subTest(number):
                daemon = self.daemon("--instance", INSTANCE, ca=str(slow.with_suffix("")))
                self.wait_until_held(daemon, number)
                daemon.tell(number)
                daemon.wait_for_log(log)
                daemon.wait_for("idle")
                daemon.stop()

    def wait_until_held(self, daemon: Daemon, number: signal.Signals) -> None:
        """Waits until the daemon holds a signal back, which it does only while it starts."""
        status = Path(f"/proc/{daemon.process.pid}/status")
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline:
            held = re.search(r"^SigBlk:\s*(\w+)$", status.read_text(), re.MULTILINE)
            if held is not None and int(held[1], 16) >> (number - 1) & 1:
                return
        self.fail("it does not hold the signal back")

    def test_signs_of_life_come_twice_as_often_as_they_are_awaited_or_more(self) -> None:
        self.start_task(1)
        manager, daemon = self.manage(str(self.home / "notify"), WATCHDOG_USEC="1000000")
        daemon.wait_for("success")  # steady: the loop sleeps longest
        manager.listen(3)
        beats = manager.beats()
        self.assertGreaterEqual(len(beats), 6)
        daemon.stop()

    def test_a_loop_that_is_stuck_gives_no_sign_of_life(self) -> None:
        manager, daemon = self.manage(str(self.home / "notify"), WATCHDOG_USEC="400000")
        daemon.wait_for("idle")
        manager.listen(0.5)
        self.assertGreater(len(manager.beats()), 1)
        daemon.tell(signal.SIGSTOP)
        manager.listen(0.2)
        before = len(manager.beats())
        manager.listen(0.8)
        self.assertEqual(len(manager.beats()), before)
        daemon.tell(signal.SIGCONT)
        daemon.stop()

    def test_a_watchdog_of_another_process_gets_no_heartbeat(self) -> None:
        manager, daemon = self.manage(str(self.home / "notify"), WATCHDOG_USEC="200000",
                                      WATCHDOG_PID="1")
        daemon.wait_for("idle")
        manager.listen(0.5)
        daemon.stop()
        self.assertEqual(manager.beats(), [])


class Logs(LedDaemon):
    def test_lines_have_priorities_where_the_journal_reads_them(self) -> None:
        self.start_task(1, "Fail")
        log = self.home / "journal"
        log.touch()
        facts = log.stat()
        for stream, pattern in ((f"{facts.st_dev}:{facts.st_ino}", r"\A<[3-7]>[^<]"),
                                (f"{facts.st_dev}:1", r"\A[^<]")):
            with log.open("w") as journal:
                process = subprocess.Popen(
                    self.command("led", "--instance", INSTANCE, "--led", "terminal"),
                    env={**self.environment(), "JOURNAL_STREAM": stream},
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=journal)
                assert process.stdout is not None
                while b"failure" not in process.stdout.readline():
                    pass
                process.terminate()
                process.communicate(timeout=5)
            lines = log.read_text().splitlines()
            self.assertGreater(len(lines), 2)
            for line in lines:
                self.assertRegex(line, pattern)


class Metrics(LedDaemon):
    def samples(self, path: Path) -> dict[Sample, str]:
        return parse(path.read_text())

    def test_they_say_what_the_led_says(self) -> None:
        path = self.home / "pgtask.prom"
        task = self.start_task(60)
        daemon = self.daemon("--instance", INSTANCE, "--metrics-file", str(path))
        daemon.wait_for("running")
        daemon.wait("running in the metrics", lambda: path.exists() and self.samples(path).get(
            Sample.of("pgtask_led_state", state="running")) == "1")
        samples = self.samples(path)
        states = {sample.labels["state"]: value for sample, value in samples.items()
                  if sample.name == "pgtask_led_state"}
        self.assertEqual(sorted(states.values()), ["0"] * 9 + ["1"])
        labels = {"task_id": task, "instance": INSTANCE, "type": "RestoreDatabase"}
        self.assertEqual(samples[Sample.of("pgtask_task_status", **labels, status="Running")], "1")
        ratio = float(samples[Sample.of("pgtask_task_progress_ratio", **labels)])
        self.assertTrue(0 <= ratio <= 0.5, ratio)
        self.assertEqual(samples[Sample.of("pgtask_up")], "1")
        answered = float(samples[Sample.of("pgtask_last_answer_timestamp_seconds")])
        self.assertLess(abs(time.time() - answered), 30)
        self.assertGreaterEqual(float(samples[Sample.of("pgtask_handshakes_total", kind="full")]), 1)
        self.assertEqual(samples[Sample.of("pgtask_events_total", event="appeared")], "1")
        self.assert_no_secret(path, daemon)
        daemon.stop()
        self.assertEqual(self.samples(path)[Sample.of("pgtask_up")], "0")

    def test_no_text_in_a_label_can_act_on_a_terminal_or_end_a_line(self) -> None:
        path = self.home / "pgtask.prom"
        self.start_task(60, task_type='a\x1b[31m\n\x9b\u202e\u200b\u2028"\\b')
        daemon = self.daemon("--instance", INSTANCE, "--type", "other", "--metrics-file", str(path))
        daemon.wait("a task in the metrics", lambda: path.exists() and any(
            sample.labels.get("type") == 'a?[31m ????"\\b' for sample in self.samples(path)))
        daemon.stop()

    def assert_no_secret(self, path: Path, daemon: Daemon) -> None:
        self.check_run(Run(0, path.read_text(), ""), daemon.key)

    def test_trouble_shows_in_them(self) -> None:
        path = self.home / "pgtask.prom"
        self.simulator.set_scenario(error_code="AuthFailure.SignatureFailure")
        daemon = self.daemon("--instance", INSTANCE, "--metrics-file", str(path))
        daemon.wait_for("blocked")
        daemon.wait("refusal in the metrics", lambda: path.exists() and self.samples(path).get(
            Sample.of("pgtask_credentials_refused")) == "1")
        samples = self.samples(path)
        self.assertEqual(samples[Sample.of("pgtask_up")], "0")
        self.assertNotIn(Sample.of("pgtask_last_answer_timestamp_seconds"), samples)
        self.assertGreaterEqual(int(samples[Sample.of("pgtask_events_total", event="trouble")]), 1)
        daemon.stop()

    def test_a_reader_never_finds_a_part_of_them(self) -> None:
        path = self.home / "pgtask.prom"
        for duration_s in (2, 3, 4):
            self.start_task(duration_s)
        daemon = self.daemon("--instance", INSTANCE, "--metrics-file", str(path),
                             "--interval", "0.06")
        daemon.wait("a file", path.exists)
        names = {sample.name for sample in self.samples(path)}
        files = set()
        until = time.monotonic() + 4
        while time.monotonic() < until:
            samples = self.samples(path)
            files.add(path.stat().st_ino)
            self.assertLessEqual({name for name in names if "task" not in name},
                                 {sample.name for sample in samples})
        self.assertGreater(len(files), 2, "it was written anew")
        daemon.stop()
        self.assertEqual([one.name for one in self.home.glob("pgtask.prom*")], ["pgtask.prom"])

    def test_a_file_that_cannot_be_written_is_logged_once_and_the_led_goes_on(self) -> None:
        daemon = self.daemon("--instance", INSTANCE, "--metrics-file",
                             str(self.home / "none" / "pgtask.prom"))
        daemon.wait_for("idle")
        self.start_task(1)
        daemon.wait_for("success")
        self.assertEqual(daemon.stop().stderr.count("pgtask.prom"), 1)


class NoHeap(LedDaemon):
    def test_nothing_of_it_uses_the_heap(self) -> None:
        if has_stock_mbedtls():
            return  # it uses the heap
        report = self.home / "report"
        path = self.home / "pgtask.prom"
        write_credentials(self.home, LONG_TERM)
        daemon = self.daemon(
            "--instance", INSTANCE, "--metrics-file", str(path), "--verbose", key=None,
            connect=f"localhost:{self.simulator.port}",
            environment={"LD_PRELOAD": str(HEAP_GUARD), "NO_HEAP_REPORT": str(report),
                         "NOTIFY_SOCKET": "@pgtask-nobody", "WATCHDOG_USEC": "100000"})
        self.start_task(1, "Fail")
        daemon.wait_for("failure")
        daemon.tell(signal.SIGHUP)
        daemon.wait_for_log("credentials were read again")
        self.assertIn(f"* credentials from {self.home}", daemon.stop().stderr)
        self.assertEqual(report.read_text(), "no heap used\n")
        self.assertTrue(path.exists())


class Units(unittest.TestCase):
    def setUp(self) -> None:
        self.unit = (SERVICE / "pgtask-led.service").read_text()

    def test_the_unit_is_watched_and_hardened(self) -> None:
        parser = configparser.RawConfigParser(strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(self.unit)
        service = dict(parser["Service"])
        self.assertEqual(service["Type"], "notify")
        self.assertGreater(int(service["WatchdogSec"]), 2)
        self.assertEqual(service["Restart"], "always")
        self.assertIn("-HUP", service["ExecReload"])
        self.assertEqual(service["CapabilityBoundingSet"], "")
        self.assertEqual(service["LimitCORE"], "0")
        for name in ("NoNewPrivileges", "ProtectHome", "MemoryDenyWriteExecute", "PrivateTmp"):
            self.assertEqual(service[name], "yes")
        self.assertNotIn("ProtectKernelTunables", service, "it would make /sys read-only")

    def test_systemd_finds_nothing_wrong_with_the_unit(self) -> None:
        tool = shutil.which("systemd-analyze")
        if tool is None:
            return  # a machine without systemd; only the test above can run there
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-unit-"))
        copy = Path(folder) / "pgtask-led.service"
        copy.write_text(self.unit.replace("/usr/local/bin/pgtask", str(PGTASK)))
        done = subprocess.run([tool, "verify", str(copy)], capture_output=True, text=True,
                              check=False)
        mine = [line for line in done.stderr.splitlines() if "pgtask" in line]
        self.assertEqual(mine, [])
        done = subprocess.run([tool, "security", "--offline=true", "--threshold=30", str(copy)],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-400:] + done.stderr)

    def test_the_command_of_the_unit_is_taken(self) -> None:
        command = re.findall(r"^ExecStart=/usr/local/bin/(pgtask .*)$", self.unit, re.MULTILINE)
        self.assertEqual(len(command), 1)
        words = command[0].replace("${PGTASK_INSTANCE}", INSTANCE).replace(
            "${PGTASK_LED}", "terminal").split()
        self.assert_reaches_region(words)

    def test_procd_gets_the_command_and_the_settings(self) -> None:
        """The script under a shell, with OpenWrt's functions played by ones that print."""
        script = f'''
            config_load() {{ :; }}
            config_get() {{ eval "value=\\$CONFIG_$3"; eval "$1=\\${{value:-${{4:-}}}}"; }}
            for name in open_instance set_param append_param close_instance; do
                eval "procd_$name() {{ echo $name \\"\\$@\\"; }}"
            done
            logger() {{ echo "logger $*"; }}
            . {SERVICE}/pgtask-led.init
            start_service
        '''
        printed = self.shell(script, CONFIG_region="ap-guangzhou", CONFIG_instance=INSTANCE,
                          CONFIG_led="terminal", CONFIG_metrics="/tmp/m.prom")
        self.assertIn("set_param env TENCENTCLOUD_REGION=ap-guangzhou "
                      "TENCENTCLOUD_CREDENTIALS_FILE=/etc/pgtask/credentials", printed)
        self.assertIn("append_param env RUNTIME_DIRECTORY=/var/run", printed)
        self.assertIn("set_param respawn 3600 5 0", printed)
        command = [line.split()[2:] for line in printed if line.startswith("set_param command")]
        more = [line.split()[2:] for line in printed if line.startswith("append_param command")]
        self.assertEqual(command[0][0], "/usr/bin/pgtask")
        self.assert_reaches_region([*command[0], *more[0]])
        printed = self.shell(script, CONFIG_region="ap-guangzhou")
        self.assertEqual([line.split()[0] for line in printed], ["logger"])

    def test_it_starts_after_the_script_that_sets_openwrts_triggers(self) -> None:
        script = (SERVICE / "pgtask-led.init").read_text()
        start = re.findall(r"^START=(\d+)$", script, re.MULTILINE)
        self.assertGreater(int(start[0]), 96, "package/base-files/files/etc/init.d/led")

    def test_what_the_led_was_outlives_a_crash_but_not_an_end(self) -> None:
        self.assertIn("\nRuntimeDirectory=pgtask-led\nRuntimeDirectoryPreserve=restart\n", self.unit)

    def shell(self, script: str, **environment: str) -> list[str]:
        done = subprocess.run(["sh", "-c", script], env={"PATH": "/usr/bin:/bin", **environment},
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.stdout.splitlines()

    def assert_reaches_region(self, words: list[str]) -> None:
        """The client understands the command line: it only complains that the region is missing."""
        done = subprocess.run([str(PGTASK), *words[1:]], env={}, capture_output=True, text=True,
                              check=False)
        self.assertIn("no region", done.stderr)


if __name__ == "__main__":
    unittest.main()
