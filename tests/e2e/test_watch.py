# SPDX-License-Identifier: MIT
"""pgtask watch: what it prints without a terminal, and how it exits."""

import calendar
import re
import signal
import time
from collections.abc import Iterable
from typing import Any

from harness.runner import GOOD, NETWORK, REFUSED, USAGE
from harness.service import LONG_TERM
from harness.watching import FAIL, INSTANCE, LIMIT_S, NOT_LISTED, OPERATOR, RUNNING, Watching
from sim.checks import Key
from sim.clock import read_time

LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ([a-z_]+): (.+)\Z")


def read_until(lines: Iterable[str], event: str) -> None:
    for line in lines:
        if events_of([line.rstrip("\n")])[0][0] == event:
            return


def events_of(lines: list[str]) -> list[tuple[str, str]]:
    """Returns event and text of each line."""
    matches = [LINE.match(line) for line in lines]
    return [(match[2], match[3]) if match else ("", line)
            for match, line in zip(matches, lines, strict=True)]


class OneTask(Watching):
    def test_a_good_end_is_printed_line_by_line_with_status_0(self) -> None:
        task = self.start(duration_s=3)
        run = self.watch(str(task))
        self.assert_good(run)
        events = events_of(run.stdout.splitlines())
        names = [name for name, _ in events]
        self.assertEqual((names[0], names[-1]), ("appeared", "ended"))
        self.assertGreaterEqual(names.count("progressed") + names.count("step"), 3)
        for _, text in events:
            self.assertTrue(text.startswith(f"{task} RestoreDatabase {INSTANCE}: "), text)
        self.assertRegex(events[1][1], r": Running \d+ %, step \d of 5: [A-Z]")
        self.assertRegex(events[-1][1], r": Success, took [34] s\Z")

    def test_each_json_event_has_the_apis_members_and_when_it_was(self) -> None:
        begin = int(time.time())
        task = self.start()
        run = self.watch(str(task), "--output", "jsonl")
        self.assert_good(run)
        events = run.lines()
        self.assertEqual([events[0]["Event"], events[-1]["Event"]], ["appeared", "ended"])
        progress = [event["Progress"] for event in events]
        self.assertEqual(progress, sorted(progress))
        for event in events:
            at = time.strptime(event["At"], "%Y-%m-%dT%H:%M:%SZ")
            self.assertIn(calendar.timegm(at), range(begin, int(time.time()) + 1))
            self.assertEqual((event["TaskId"], event["DBInstanceId"]), (task, INSTANCE))
            self.check_step(event)
        for before, event in zip(events, events[1:]):
            self.assertEqual(event["ProgressBefore"], before["Progress"])
        last = events[-1]
        took = read_time(last["EndTime"]) - read_time(last["StartTime"])
        self.assertEqual((last["Status"], last["Progress"], last["Elapsed"]), ("Success", 100, took))

    def check_step(self, event: dict[str, Any]) -> None:
        name = event["TaskDetail"]["CurrentStep"]
        self.assertEqual(event["StepCount"], 5)
        self.assertEqual(event["Steps"][event["StepAt"] - 1]["StepName"], name)

    def test_the_seconds_left_hold_those_that_are_left(self) -> None:
        task = self.start(duration_s=4)
        lefts = [event for event in self.watch(str(task), "--output", "jsonl").lines()
                 if "LeftMost" in event]
        self.assertGreater(len(lefts), 3)
        for event in lefts:
            left = 4 - event["Elapsed"]
            self.assertLessEqual(event["LeftLeast"], left + 1, event["Progress"])
            self.assertGreaterEqual(event["LeftMost"], left - 2, event["Progress"])

    def test_a_task_that_ends_in_fail_exits_1_and_prints_why(self) -> None:
        run = self.watch(str(self.start("Fail")))
        self.assertEqual((run.status, run.stderr), (FAIL, ""))
        name, text = events_of(run.stdout.splitlines())[-1]
        self.assertEqual(name, "ended")
        self.assertRegex(text, r": Fail 60 %.*: download of the WAL log failed\Z")

    def test_a_task_that_had_ended_before_exits_at_once_by_how(self) -> None:
        good, bad = self.start("Success", age_s=60), self.start("Fail", age_s=60)
        self.assertEqual(self.watch(str(good)).status, GOOD)
        run = self.watch("--task-id", str(bad), "--until-done")
        self.assertEqual(run.status, FAIL)
        self.assertEqual([name for name, _ in events_of(run.stdout.splitlines())],
                         ["appeared", "ended"])

    def test_a_task_that_needs_an_operator_exits_6(self) -> None:
        run = self.watch(str(self.start("Pause", 4)))
        self.assertEqual((run.status, run.stderr), (OPERATOR, ""))
        self.assertEqual(events_of(run.stdout.splitlines())[-1][0], "operator")

    def test_a_task_that_waits_for_its_switch_longer_than_max_wait_exits_7(self) -> None:
        begin = time.monotonic()
        run = self.watch(str(self.start("WaitSwitch", 20, age_s=15)), "--max-wait", "0.8")
        self.assertLess(time.monotonic() - begin, LIMIT_S / 2)
        self.assert_failed(run, RUNNING, "max-wait")
        self.assertIn(": WaitSwitch 70 %", run.stdout)

    def test_a_task_that_is_not_listed_exits_8(self) -> None:
        run = self.watch("987654321", "--max-wait", "3")
        self.assertEqual(run.stdout, "")
        self.assert_failed(run, NOT_LISTED, "task 987654321 not found in ap-guangzhou",
                           "pgtask list --min-start shows older tasks")

    def test_a_task_that_vanishes_exits_8(self) -> None:
        run = self.watch(str(self.start(duration_s=60, vanishes_s=1.5)))
        self.assertEqual(events_of(run.stdout.splitlines())[-1][0], "vanished")
        self.assertEqual(run.status, NOT_LISTED)
        self.assertIn("no longer listed; outcome unknown, check the console", run.stderr)
        self.assertNotIn("not found", run.stderr)

    def test_a_task_that_appears_late_is_waited_for(self) -> None:
        self.assert_good(self.watch(str(self.start(appears_s=1.2, duration_s=1.5))))


class Instances(Watching):
    def test_until_done_exits_with_the_worst_of_all_tasks(self) -> None:
        self.start("Success", 1)
        self.start("Pause", 1)
        run = self.watch("--instance", INSTANCE, "--until-done")
        self.assertEqual(run.status, OPERATOR, run.stderr)
        self.start("Fail", 1)
        self.start("Success", 1)
        run = self.watch("--DBInstanceId", INSTANCE, "--until-done", "--output", "jsonl")
        self.assertEqual(run.status, FAIL, run.stderr)
        ended = {event["Status"] for event in run.lines() if event["Event"] == "ended"}
        self.assertEqual(ended, {"Success", "Fail"})

    def test_only_the_types_asked_for_count(self) -> None:
        self.start("Fail", 1, task_type="CloneInstance")
        self.start("Success", 1)
        self.start("Success", 1, task_type="RestartInstance")
        run = self.watch("--instance", INSTANCE, "--until-done", "--type",
                         "RestoreDatabase,RestartInstance", "--output", "jsonl")
        self.assert_good(run)
        self.assertEqual({event["TaskType"] for event in run.lines()},
                         {"RestoreDatabase", "RestartInstance"})

    def test_what_ended_long_before_is_not_followed(self) -> None:
        self.start("Fail", 1, age_s=3600)
        self.start("Success", 1)
        self.assert_good(self.watch("--instance", INSTANCE, "--until-done"))

    def test_a_vanished_task_counts_though_another_one_took_its_place(self) -> None:
        places = 8
        self.start(duration_s=60, vanishes_s=1.0)
        shown = [self.show(TaskId=3_000_000 + i, Status="Queued") for i in range(places - 1)]
        with self.watching("--instance", INSTANCE, "--interval", "0.2",
                           "--until-done") as process:
            assert process.stdout is not None
            read_until(process.stdout, "vanished")
            shown.append(self.show(TaskId=3_100_000, Status="Pause"))
            read_until(process.stdout, "appeared")
            for task in shown:
                self.change(task, Status="Success", Progress=100)
            output, errors = process.communicate(timeout=LIMIT_S)
        self.assertEqual([name for name, _ in events_of(output.splitlines())],
                         ["ended"] * places)
        self.assertEqual(process.returncode, NOT_LISTED, errors)
        self.assertIn("no longer listed", errors)

    def test_a_vanished_task_that_comes_back_counts_by_its_end(self) -> None:
        task = self.show()
        with self.watching("--instance", INSTANCE, "--interval", "0.2", "--idle", "0.2",
                           "--max-wait", "3", "--quiet") as process:
            assert process.stdout is not None
            read_until(process.stdout, "appeared")
            self.change(task, listed=False)
            read_until(process.stdout, "vanished")
            self.change(task, Status="Success", Progress=100)
            _, errors = process.communicate(timeout=LIMIT_S)
        self.assertEqual((process.returncode, errors), (0, ""))

    def test_without_until_done_it_goes_on_until_ctrl_c(self) -> None:
        self.start("Success", 0.5)
        with self.watching("--instance", INSTANCE, "--interval", "0.2", "--idle", "0.2") as process:
            assert process.stdout is not None
            read_until(process.stdout, "ended")
            self.start("Success", 0.5)
            self.assertIn("appeared", process.stdout.readline())
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(LIMIT_S), 128 + signal.SIGINT)

    def test_a_reader_that_leaves_ends_it(self) -> None:
        task = self.start(duration_s=30)
        with self.watching(str(task), "--interval", "0.2") as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.stdout.close()
            self.assertEqual(process.wait(LIMIT_S), 128 + signal.SIGPIPE)


class Trouble(Watching):
    def test_what_asking_again_does_not_mend_ends_it_as_it_ends_list(self) -> None:
        wrong = Key(LONG_TERM.secret_id, "NotTheKeyOfThatAccount")
        cases: list[tuple[int, dict[str, Any]]] = [
            (REFUSED, {"key": wrong}), (REFUSED, {"region": "ap-nowhere"}),
            (NETWORK, {"ca": "other_root"})]
        for status, options in cases:
            watched = self.watch("2000001", **options)
            listed = self.run_pgtask("list", **options)
            self.assertEqual((watched.status, watched.stdout), (status, ""))
            self.assert_failed(watched, status)
            plain = [re.sub(r"RequestId [0-9a-f-]+", "", run.stderr) for run in (watched, listed)]
            self.assertEqual(plain[0], plain[1])

    def test_trouble_that_may_pass_is_printed_and_waited_out(self) -> None:
        task = self.start()
        self.simulator.set_scenario(handshake="reset", times=2)
        run = self.watch(str(task), "--output", "jsonl")
        self.assert_good(run)
        events = run.lines()
        names = [event["Event"] for event in events]
        self.assertEqual((names[0], names[-1]), ("trouble", "ended"))
        self.assertIn("back", names)
        self.assertEqual(events[0]["Layer"], "network")
        self.assertIn("network: ", events[0]["Trouble"])

    def test_a_refusal_is_printed_with_code_message_and_request_id(self) -> None:
        task = self.start(duration_s=1)
        self.simulator.set_scenario(error_code="InternalError", after=1, times=1)
        run = self.watch(str(task), "--output", "jsonl")
        self.assert_good(run)
        trouble = [event for event in run.lines() if event["Event"] == "trouble"]
        self.assertEqual(len(trouble), 1)
        self.assertEqual(trouble[0]["Error"]["Code"], "InternalError")
        self.assertRegex(trouble[0]["RequestId"], r"\A[0-9a-f-]{36}\Z")

    def test_what_is_awaited_is_said_at_once_to_a_person_who_reads_lines(self) -> None:
        """The service never answers. On a terminal the page says it."""
        self.simulator.set_scenario(stall_at=0)
        for arguments, words in ((("7",), "following task 7 in ap-guangzhou; each event is a line"),
                                 (("--instance", "postgres-a"), "following the tasks of postgres-a in "
                                                                "ap-guangzhou; each event is a line")):
            with self.watching(*arguments) as process:
                assert process.stderr is not None
                self.assertEqual(process.stderr.readline(), words + "\n")
        run = self.run_pgtask("watch", "7", "--max-wait", "0.5", "--output", "jsonl")
        self.assertNotIn("following", run.stderr)

    def test_max_wait_without_an_answer_exits_as_list_would(self) -> None:
        run = self.watch("2000001", "--max-wait", "1.5", connect="127.0.0.1:1")
        self.assertEqual(run.status, NETWORK)
        self.assertRegex(run.stderr, r"\Apgtask: network: .*\n\Z")
        run = self.run_pgtask("watch", "2000001", "--max-wait", "1.5", connect="127.0.0.1:1")
        self.assertRegex(run.stderr, r"\Afollowing task 2000001 in ap-guangzhou; each event is a line\n"
                                     r"pgtask: network: .* \(host postgres\.tencentcloudapi\.com port "
                                     r"443 at 127\.0\.0\.1 port 1\)\. .*\n\Z")

    def test_silence_is_printed_as_stale_and_then_as_over(self) -> None:
        task = self.start(duration_s=60)
        with self.watching(str(task), "--interval", "0.1", "--idle", "0.2", "--stale",
                           "0.8") as process:
            assert process.stdout is not None
            process.stdout.readline()
            self.simulator.set_scenario(reset_at=1)
            seen: list[str] = []
            for line in process.stdout:
                seen.append(events_of([line.rstrip("\n")])[0][0])
                if seen[-1] == "stale":
                    self.simulator.set_scenario()
                if seen[-1] == "back" and "stale" in seen:
                    break
            self.assertIn("trouble", seen)


class CommandLine(Watching):
    def test_what_cannot_be_meant_is_refused(self) -> None:
        for arguments, word in (
            ((), "TASK_ID"), (("1", "--instance", INSTANCE), "either"),
            (("1", "--task-id", "1"), "either"), (("0",), "whole number"), (("x",), "whole number"),
            (("1", "--type", "RestoreDatabase"), "--instance"),
            (("1", "--output", "json"), "jsonl"), (("1", "--interval", "0"), "more than 0"),
            (("1", "--exec", "/no/such/program"), "no such program"),
            (("1", "--exec", "/etc/passwd"), "cannot be run"), (("1", "--exec", "/"), "cannot be"),
            (("1", "--limit", "5"), "is not an option of this command"), (("1", "--interval", "61", "--idle", "60"),
                                                       "--interval must not exceed --idle"),
            (("1", "--idle", "61", "--stale", "60"), "--idle must not exceed --stale"),
            (("--instance", "not an id"), "character"),
        ):
            run = self.run_pgtask("watch", *arguments)
            self.assertEqual(run.stdout, "")
            self.assert_failed(run, USAGE, word)

    def test_options_of_watch_are_refused_elsewhere(self) -> None:
        for option in (("--until-done",), ("--max-wait", "5"), ("--exec", "/bin/true"),
                       ("--wait-pause",)):
            self.assert_failed(self.run_pgtask("list", *option), USAGE, option[0])

    def test_verbose_reports_the_connection(self) -> None:
        run = self.watch(str(self.start(duration_s=0.5)), "--verbose")
        self.assertEqual(run.status, GOOD)
        self.assertIn("TLSv1.", run.stderr)
        self.assertIn("full handshakes 1", run.stderr)
