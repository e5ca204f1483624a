# SPDX-License-Identifier: MIT
"""`pgtask check`, as monitoring systems call it.

A line of a plugin is `TEXT | FIGURES`, a figure `NAME=VALUE[UNIT];WARN;CRIT;LEAST;MOST`, and the
exit status is 0 OK, 1 WARNING, 2 CRITICAL or 3 UNKNOWN (Nagios Plugin API, monitoring-plugins.org).
"""

import re
import signal
import subprocess
import time

from harness.runner import GOOD, Run
from harness.watching import INSTANCE, Watching, wait_for
from sim.checks import Key

OK, WARNING, CRITICAL, UNKNOWN = range(4)
STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_FIGURE = re.compile(r"([a-z]+)=(\d+)(%?)(;\d*){0,4}")
_TIME = "%Y-%m-%d %H:%M:%S"


def ago(seconds: float) -> str:
    return time.strftime(_TIME, time.gmtime(time.time() + 8 * 3600 - seconds))


class Check(Watching):
    def check(self, *arguments: str, **options: str) -> Run:
        return self.run_pgtask("check", *(arguments or ("--instance", INSTANCE)), **options)

    def assert_state(self, run: Run, state: int, *words: str) -> dict[str, int]:
        """Checks the form of the output. Returns the figures."""
        self.assertEqual(run.status, state, run.stdout + run.stderr)
        self.assertEqual(run.stderr, "")
        first, *others = run.stdout.splitlines()
        self.assertTrue(first.startswith(f"PGTASK {STATES[state]}: "), first)
        for word in words:
            self.assertIn(word, first)
        for line in others:
            self.assertNotIn("|", line)
        text, _, figures = first.partition(" | ")
        self.assertNotIn("|", text)
        for figure in figures.split():
            self.assertRegex(figure, _FIGURE)
        return {one[1]: int(one[2]) for one in _FIGURE.finditer(figures)}


class StatesTest(Check):
    def test_a_running_task_is_ok_and_its_progress_is_a_figure(self) -> None:
        self.show(Status="Running", Progress=40, TaskDetail={"CurrentStep": "Download"})
        figures = self.assert_state(self.check(), OK, "3000000 RestoreDatabase", INSTANCE,
                                    "Running 40 %, Download")
        self.assertEqual(figures, {"tasks": 1, "running": 1, "paused": 0, "failed": 0,
                                   "progress": 40})
        self.assert_state(self.check("3000000"), OK)

    def test_fail_and_pause_are_critical(self) -> None:
        self.show(Status="Fail", StartTime=ago(60), EndTime=ago(30))
        self.assertEqual(self.assert_state(self.check(), CRITICAL, "3000000", "Fail")["failed"], 1)
        self.show(TaskId=3_000_001, Status="Pause", StartTime=ago(20))
        figures = self.assert_state(self.check(), CRITICAL)
        self.assertEqual((figures["failed"], figures["paused"], figures["tasks"]), (1, 1, 2))
        self.assertEqual(len(self.check().stdout.splitlines()), 2)

    def test_a_failure_counts_until_a_later_task_of_its_type_succeeds(self) -> None:
        self.show(Status="Fail", StartTime=ago(600), EndTime=ago(500))
        other = {"TaskId": 3_000_001, "Status": "Success", "EndTime": ago(30)}
        self.show(**other, TaskType="CloneInstance", StartTime=ago(90))
        self.assert_state(self.check(), CRITICAL)
        self.change(3_000_001, TaskType="RestoreDatabase", StartTime=ago(700))
        self.assert_state(self.check(), CRITICAL)
        self.change(3_000_001, StartTime=ago(90))
        self.assertEqual(self.assert_state(self.check(), OK)["failed"], 0)

    def test_what_ended_before_the_look_back_does_not_count(self) -> None:
        self.show(Status="Fail", StartTime=ago(3 * 86400), EndTime=ago(2 * 86400))
        self.assert_state(self.check(), OK, f"no tasks of {INSTANCE}")
        self.assert_state(self.check("--instance", INSTANCE, "--lookback", "259200"), CRITICAL)

    def test_only_tasks_of_the_types_count(self) -> None:
        self.show(Status="Fail", TaskType="CloneInstance", StartTime=ago(60), EndTime=ago(30))
        self.assert_state(self.check(), CRITICAL)
        self.assert_state(self.check("--instance", INSTANCE, "--type", "RestoreDatabase"), OK)

    def test_a_status_that_is_not_known_is_a_warning(self) -> None:
        self.show(Status="Frozen|in=1;2")
        self.assert_state(self.check(), WARNING, "Frozen/in=1;2")

    def test_no_task_is_ok_and_an_unknown_one_is_unknown(self) -> None:
        figures = self.assert_state(self.check("--instance", "postgres-nothing1"), OK, "no tasks")
        self.assertEqual(figures["tasks"], 0)
        self.assert_state(self.check("999"), UNKNOWN, "task 999 not found in ap-guangzhou")


class TroubleTest(Check):
    def test_trouble_that_may_pass_is_stale(self) -> None:
        self.assert_state(self.check(connect="127.0.0.1:1"), WARNING, "cannot be reached")
        for scenario in ({"error_code": "InternalError"}, {"error_code": "RequestLimitExceeded"}):
            self.simulator.set_scenario(**scenario)
            self.assert_state(self.check(), WARNING, "the service refused")

    def test_trouble_that_somebody_must_mend_is_unknown(self) -> None:
        self.simulator.set_scenario(error_code="UnauthorizedOperation")
        self.assert_state(self.check(), UNKNOWN, "UnauthorizedOperation")
        self.assert_state(self.check(ca="curve_root"), UNKNOWN, "certificate")

    def test_a_wrong_call_is_unknown_and_told_on_standard_output(self) -> None:
        for arguments, words in (((), "missing TASK_ID or --instance"),
                                 (("--bogus",), "unknown option"),
                                 (("1", "--output", "json"), "not an option of this command")):
            run = self.run_pgtask("check", *arguments)
            self.assert_state(run, UNKNOWN, words)
        self.assert_state(self.run_pgtask("check", "1", key=None), UNKNOWN,
                          "no credentials found")
        self.assert_state(self.run_pgtask("check", "1", key=Key("AKID x", "KeyWithABlankInItsId")), UNKNOWN)

    def test_a_signal_ends_it_as_unknown(self) -> None:
        self.simulator.set_scenario(delay_s=20.0)
        process = subprocess.Popen(self.command("check", "1"), env=self.environment(), text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with process:
            self.assertTrue(wait_for(self.request_count))
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, err), (UNKNOWN, ""))
        self.assertTrue(out.startswith("PGTASK UNKNOWN: "), out)

    def test_help_is_help(self) -> None:
        run = self.run_pgtask("check", "--help")
        self.assertEqual(run.status, GOOD)
        self.assertIn("3     UNKNOWN", run.stdout)
