# SPDX-License-Identifier: MIT
"""`pgtask watch --exec` runs a program for each event."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from harness.runner import GOOD, secrets_of
from harness.service import LONG_TERM, TEMPORARY
from harness.watching import FAIL, INSTANCE, LIMIT_S, OPERATOR, Watching, wait_for
from sim.checks import Key

# Writes what it was given into a file of its own beside it, in one piece.
RECORDER = """#!/usr/bin/python3 -ISE
import json, os, sys, time
begin = time.monotonic()
facts = {"environment": dict(os.environ), "arguments": sys.argv[1:], "input": sys.stdin.read(),
         "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd")),
         "group": os.getpgrp() == os.getpid()}
print("printed by the program")
time.sleep(SLEEP)
facts |= {"begin": begin, "end": time.monotonic()}
name = os.path.join(os.path.dirname(sys.argv[0]), "run%d" % time.monotonic_ns())
with open(name + ".part", "w") as file:
    json.dump(facts, file)
os.rename(name + ".part", name + ".json")
sys.exit(STATUS)
"""
SECRETS = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN")


class Exec(Watching):
    def program(self, text: str, name: str = "program") -> Path:
        path = self.home / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def recorder(self, sleep_s: float = 0, status: int = 0, name: str = "program") -> Path:
        return self.program(
            RECORDER.replace("SLEEP", str(sleep_s)).replace("STATUS", str(status)), name)

    def environment(self, key: Key | None = LONG_TERM) -> dict[str, str]:
        return {**super().environment(key), "PGTASK_EVENT": "left over", "KEPT": "as it was"}

    def runs(self) -> list[dict[str, Any]]:
        """Returns what each run of the recorder was given, in order."""
        return [json.loads(path.read_text()) for path in sorted(self.home.glob("run*.json"))]

    def given(self) -> list[dict[str, str]]:
        return [run["environment"] for run in self.runs()]

    def test_the_facts_of_each_event_are_in_its_environment(self) -> None:
        task = self.start(duration_s=2.5)
        run = self.watch(str(task), "--output", "jsonl", "--exec", str(self.recorder()),
                         interval="0.4")
        self.assertEqual(run.status, GOOD, run.stderr)
        events = {(event["At"], event["Event"], str(event["Progress"])): event
                  for event in run.lines()}
        given = self.given()
        self.assertEqual((given[0]["PGTASK_EVENT"], given[-1]["PGTASK_EVENT"]), ("appeared", "ended"))
        self.assertGreater(len(given), 3)
        for facts in given:
            event = events[facts["PGTASK_AT"], facts["PGTASK_EVENT"], facts["PGTASK_PROGRESS"]]
            self.assertEqual(facts["PGTASK_TASK_ID"], str(task))
            self.assertEqual(facts["PGTASK_INSTANCE"], INSTANCE)
            self.assertEqual(facts["PGTASK_TASK_TYPE"], "RestoreDatabase")
            self.assertEqual(facts["PGTASK_REGION"], "ap-guangzhou")
            self.assertEqual(facts["PGTASK_STATUS"], event["Status"])
            self.assertEqual(facts["PGTASK_STEP_COUNT"], "5")
            self.assertEqual(facts["KEPT"], "as it was")
            self.assertEqual("PGTASK_LEFT_MOST" in facts, "LeftMost" in event)
        self.assertEqual((given[-1]["PGTASK_PROGRESS"], given[-1]["PGTASK_MESSAGE"]),
                         ("100", "success"))
        self.assertEqual(given[-1]["PGTASK_ELAPSED"], str(run.lines()[-1]["Elapsed"]))

    def test_no_secret_is_in_it(self) -> None:
        for key in (LONG_TERM, TEMPORARY):
            self.watch(str(self.start(duration_s=0.5)), "--exec", str(self.recorder()), key=key)
            self.assertTrue(self.runs())
            for facts in self.given():
                self.assertFalse(set(SECRETS) & set(facts))
                for text in secrets_of(key):
                    self.assertNotIn(text, json.dumps(facts))

    def test_no_text_in_it_can_act_on_a_terminal_or_end_a_line(self) -> None:
        acting = "\x1b[31m\n\x9b\u202e\u200b\u2028"
        shown = "a?[31m ????b"
        task = self.show(Status="Pause", TaskType=f"a{acting}b", TaskDetail={
            "CurrentStep": f"a{acting}b", "Message": f"a{acting}b"})
        self.watch(str(task), "--exec", str(self.recorder()))
        self.assertTrue(self.runs())
        for facts in self.given():
            self.assertEqual((facts["PGTASK_TASK_TYPE"], facts["PGTASK_STEP"]), (shown, shown))
            for value in facts.values():
                self.assertFalse(set(acting) - set("[31m") & set(value), repr(value))
        self.assertIn(shown, {facts["PGTASK_MESSAGE"] for facts in self.given()})

    def test_it_gets_no_arguments_no_input_and_no_descriptor(self) -> None:
        run = self.watch(str(self.start("Fail", age_s=60)), "--exec", str(self.recorder()))
        self.assertEqual(run.status, FAIL)
        self.assertIn("printed by the program\n", run.stderr)
        self.assertNotIn("printed by the program", run.stdout)
        for facts in self.runs():
            self.assertEqual((facts["arguments"], facts["input"]), ([], ""))
            self.assertEqual(facts["descriptors"], [0, 1, 2, 3])  # the last is that of listdir()
            self.assertTrue(facts["group"])

    def test_it_finds_every_signal_as_usual(self) -> None:
        path = self.program("#!/bin/sh\n"
                            "exec sed -nE 's/^Sig(Blk|Ign):.//p' /proc/self/status\n")
        run = self.watch(str(self.start("Success", age_s=60)), "--exec", str(path))
        masks = [int(line, 16) for line in run.stderr.split()]
        standard = (1 << 31) - 1  # those above are inherited from whoever runs the tests
        self.assertEqual([mask & standard for mask in masks], [0] * 4)

    def test_no_shell_reads_its_path(self) -> None:
        path = self.recorder(name="a b; touch $(id)'\"")
        run = self.watch(str(self.start(age_s=60)), "--exec", str(path))
        self.assertEqual(run.status, GOOD, run.stderr)
        self.assertEqual([facts["PGTASK_EVENT"] for facts in self.given()], ["appeared", "ended"])
        self.assertFalse((self.home / "(id)").exists())

    def test_a_slow_one_runs_once_at_a_time_and_misses_no_end(self) -> None:
        tasks = [self.start("Success", 2.4), self.start("Fail", 4), self.start("Pause", 4.8)]
        run = self.watch("--instance", INSTANCE, "--until-done", "--output", "jsonl", "--exec",
                         str(self.recorder(sleep_s=0.4)), interval="0.1")
        self.assertEqual(run.status, FAIL, run.stderr)
        runs = self.runs()
        for before, after in zip(runs, runs[1:]):
            self.assertGreaterEqual(after["begin"], before["end"])
        self.assertLess(len(runs), len(run.lines()))
        given = {(facts["PGTASK_TASK_ID"], facts["PGTASK_EVENT"]) for facts in self.given()}
        for task, event in zip(tasks, ("ended", "ended", "operator"), strict=True):
            self.assertIn((str(task), event), given)

    def test_how_it_ends_is_reported_but_changes_nothing(self) -> None:
        cases = ((self.recorder(status=3), "program: ended with status 3."),
                 (self.program("#!/no/such/interpreter\n", "broken"), "broken: cannot be run"),
                 (self.program("#!/bin/sh\nkill -9 $$\n", "killed"), "killed: ended by signal 9."))
        for path, words in cases:
            run = self.watch(str(self.start("Pause", age_s=60)), "--exec", str(path))
            self.assertEqual(run.status, OPERATOR)
            self.assertIn(words, run.stderr)

    def test_one_that_hangs_is_ended_by_ctrl_c_and_leaves_nothing(self) -> None:
        path = self.program("#!/bin/sh\necho $$ >\"$0.pid\"\nexec sleep 600\n")
        task = self.start(duration_s=60)
        with self.watching(str(task), "--interval", "0.2", "--exec", str(path)) as process:
            pid_file = path.with_suffix(".pid")
            self.assertTrue(wait_for(lambda: pid_file.exists() and pid_file.read_text()))
            pid = int(pid_file.read_text())
            os.kill(pid, 0)
            begin = time.monotonic()
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(LIMIT_S), 128 + signal.SIGINT)
            self.assertLess(time.monotonic() - begin, 5)
            assert process.stderr is not None
            self.assertIn("not done with", process.stderr.read())
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)

    def test_one_that_hangs_does_not_hold_up_the_watch(self) -> None:
        path = self.program("#!/bin/sh\nexec sleep 600\n")
        task = self.start(duration_s=1.5)
        with self.watching(str(task), "--interval", "0.2", "--exec", str(path)) as process:
            assert process.stdout is not None
            self.assertTrue(any(" ended: " in line for line in iter(process.stdout.readline, "")))
