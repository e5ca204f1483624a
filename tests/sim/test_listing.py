# SPDX-License-Identifier: MIT
"""Which tasks a query selects, in which order, and what a task looks like as time goes on."""

import dataclasses
import json
import time
import unittest
from pathlib import Path
from typing import Any

from harness.caller import Caller
from harness.places import ROOT
from harness.service import RunningSimulator
from sim.checks import Query
from sim.clock import read_time, write_time
from sim.progress import show
from sim.tasks import Task, TaskStore, past_tasks

EXAMPLES = ROOT / "tests" / "data" / "examples"
NOW = 1_790_000_000


def store_of(tasks: list[Task]) -> TaskStore:
    store = TaskStore()
    store.extend(tasks)
    return store


def ids(store: TaskStore, **members: Any) -> tuple[int, list[int]]:
    total, tasks = store.select(Query(**members), NOW)
    return total, [task.task_id for task in tasks]


def task(task_id: int, start: int, duration_s: float = 10, instance_id: str = "postgres-a") -> Task:
    return Task(task_id, "RestartInstance", instance_id, start, duration_s)


class Times(unittest.TestCase):
    def test_times_are_written_in_utc_plus_8(self) -> None:
        # API page: restored names carry the Unix time two seconds after StartTime.
        self.assertEqual(write_time(1727414051), "2024-09-27 13:14:11")
        self.assertEqual(read_time("2024-09-27 13:14:11"), 1727414051)
        self.assertEqual(write_time(0), "1970-01-01 08:00:00")


class Selection(unittest.TestCase):
    def test_pages_of_any_size_put_together_are_the_whole(self) -> None:
        store = store_of(past_tasks(250, NOW))
        for descending in (True, False):
            whole = sorted(range(1, 251), reverse=descending)
            for limit in (1, 7, 50, 100):
                pages: list[int] = []
                for offset in range(0, 250 + limit, limit):
                    total, page = ids(store, limit=limit, offset=offset, descending=descending)
                    self.assertEqual(total, 250)
                    pages += page
                self.assertEqual(pages, whole)

    def test_the_default_is_the_newest_20_of_the_last_180_days(self) -> None:
        day = 86400
        store = store_of([task(n, NOW - n * day) for n in range(1, 300)])
        self.assertEqual(ids(store), (180, list(range(1, 21))))
        self.assertEqual(ids(store, min_start=0)[0], 299)

    def test_tasks_of_the_future_are_shown_on_demand_only(self) -> None:
        store = store_of([task(1, NOW), task(2, NOW + 1)])
        self.assertEqual(ids(store), (1, [1]))
        self.assertEqual(ids(store, max_start=NOW + 1), (2, [2, 1]))

    def test_both_ends_of_a_time_range_belong_to_it(self) -> None:
        store = store_of([task(n, NOW - 100 + n) for n in range(1, 11)])
        self.assertEqual(
            ids(store, min_start=NOW - 97, max_start=NOW - 95), (3, [5, 4, 3])
        )
        self.assertEqual(ids(store, min_start=NOW - 95, max_start=NOW - 97), (0, []))

    def test_filters_by_instance_and_by_id(self) -> None:
        store = store_of([task(n, NOW - n, instance_id=f"postgres-{n % 2}") for n in range(1, 9)])
        self.assertEqual(ids(store, instance_id="postgres-1"), (4, [1, 3, 5, 7]))
        self.assertEqual(ids(store, instance_id="postgres-x"), (0, []))
        self.assertEqual(ids(store, task_id=4), (1, [4]))
        self.assertEqual(ids(store, task_id=4, instance_id="postgres-1"), (0, []))
        self.assertEqual(ids(store, task_id=99), (0, []))

    def test_orders_by_end(self) -> None:
        store = store_of([task(1, NOW - 90, 80), task(2, NOW - 80, 10), task(3, NOW - 70, 30)])
        by_end = {"order_by": "EndTime", "descending": False}
        self.assertEqual(ids(store, **by_end), (3, [2, 3, 1]))
        self.assertEqual(ids(store, **by_end, limit=1, offset=1), (3, [3]))
        self.assertEqual(ids(store, order_by="EndTime"), (3, [1, 3, 2]))

    def test_an_offset_beyond_the_end_is_an_empty_page(self) -> None:
        store = store_of(past_tasks(5, NOW))
        self.assertEqual(ids(store, offset=5), (5, []))
        self.assertEqual(ids(store, offset=2**64 - 1), (5, []))

    def test_a_task_is_listed_only_as_long_as_it_is_said_to_be(self) -> None:
        hidden = [dataclasses.replace(task(n, NOW - 100), listed_from=NOW - 50 + n,
                                      listed_until=NOW + n) for n in range(-3, 60)]
        store = store_of([task(100, NOW - 100), *hidden])
        total, listed = ids(store, limit=100)
        self.assertEqual((total, sorted(listed)), (51, [*range(1, 51), 100]))
        total, by_end = ids(store, limit=100, order_by="EndTime", instance_id="postgres-a")
        self.assertEqual((total, sorted(by_end)), (51, sorted(listed)))
        self.assertEqual(ids(store, task_id=50), (1, [50]))
        self.assertEqual(ids(store, task_id=51), (0, []))

    def test_100000_tasks_lie_within_the_default_window_and_page_fast(self) -> None:
        store = store_of(past_tasks(100_000, NOW))
        begin = time.monotonic()
        for offset in range(0, 100_000, 100):
            total, page = ids(store, limit=100, offset=offset)
            self.assertEqual((total, len(page)), (100_000, 100))
        self.assertLess(time.monotonic() - begin, 5)


class Progress(unittest.TestCase):
    def restore(self, outcome: str, at: float) -> dict[str, Any]:
        return show(Task(9, "RestoreDatabase", "postgres-a", NOW, 100, outcome), NOW + at)

    def test_a_restore_runs_through_its_steps_to_success(self) -> None:
        seen = [self.restore("Success", at) for at in range(0, 101)]
        steps = list(dict.fromkeys(item["TaskDetail"]["CurrentStep"] for item in seen))
        self.assertEqual(steps, [
            "Pre-check", "Download Base Backup", "Download WAL Logs and Redo",
            "Execute Recovery", "Task Complete"])
        self.assertEqual([item["Progress"] for item in seen], list(range(0, 101)))
        self.assertEqual({item["Status"] for item in seen[:-1]}, {"Running"})
        self.assertEqual({item["EndTime"] for item in seen[:-1]}, {""})
        self.assertEqual({item["TaskDetail"]["Output"] for item in seen[:-1]}, {""})
        self.assertEqual(seen[-1]["Status"], "Success")
        self.assertEqual(seen[-1]["EndTime"], write_time(NOW + 100))
        self.assertEqual(json.loads(seen[-1]["TaskDetail"]["Output"])["Message"], "success")

    def test_a_step_reports_progress_once_it_is_reached(self) -> None:
        early = json.loads(self.restore("Success", 3)["TaskDetail"]["AllSteps"])
        self.assertEqual([step["StepId"] for step in early], [1, 2, 3, 4, 5])
        self.assertNotIn("StepProcess", early[1])
        middle = json.loads(self.restore("Success", 23)["TaskDetail"]["AllSteps"])
        self.assertEqual(middle[1]["StepProcess"], 40)
        self.assertEqual(middle[1]["StepMessage"], "downloading cos file")
        self.assertNotIn("StepProcess", middle[2])

    def test_the_other_outcomes(self) -> None:
        def statuses(outcome: str) -> list[str]:
            states = [self.restore(outcome, at)["Status"] for at in range(0, 200, 5)]
            return list(dict.fromkeys(states))

        self.assertEqual(statuses("Fail"), ["Running", "Fail"])
        self.assertEqual(statuses("Pause"), ["Running", "Pause"])
        self.assertEqual(statuses("WaitSwitch"), ["Running", "WaitSwitch", "Success"])
        self.assertEqual(statuses("Resume"), ["Running", "Pause", "Success"])
        self.assertEqual(statuses("Unknown"), ["Running", "Rewinding", "Success"])
        for outcome in ("Resume", "Unknown"):
            shown = [self.restore(outcome, at) for at in (49, 50, 99, 100, 149, 150)]
            self.assertEqual([item["Progress"] for item in shown], [49, 50, 50, 50, 99, 100])
            self.assertEqual(shown[3]["Status"], "Running")
            self.assertEqual(shown[5]["EndTime"], write_time(NOW + 150))
        self.assertEqual(self.restore("Fail", 150)["EndTime"], write_time(NOW + 60))
        self.assertEqual(self.restore("Pause", 150)["EndTime"], "")

    def test_a_finished_restore_has_the_members_of_the_api_page(self) -> None:
        text = (EXAMPLES / "example3_by_instance_response.json").read_text("utf-8")
        published = json.loads(text)["Response"]["TaskSet"][0]
        shown = self.restore("Success", 100)
        self.assertEqual(set(shown), set(published))
        self.assertEqual(set(shown["TaskDetail"]), set(published["TaskDetail"]))
        for name in ("AllSteps", "Input", "Output"):
            ours = json.loads(shown["TaskDetail"][name])
            theirs = json.loads(published["TaskDetail"][name])
            if name == "AllSteps":
                self.assertEqual([list(s) for s in ours], [list(s) for s in theirs])
            else:
                self.assertEqual(list(ours), list(theirs))


class Examples(unittest.TestCase):
    def test_the_examples_requests_have_the_examples_answers(self) -> None:
        for pretty in (False, True):
            with RunningSimulator(pretty=pretty) as simulator:
                caller = Caller(simulator.port)
                self.addCleanup(caller.close)
                for path in sorted(EXAMPLES.glob("example*_request.json")):
                    published = response_text(path)
                    response = caller.send(raw=path.read_bytes())
                    text = response.read()
                    with self.subTest(path.name, pretty=pretty):
                        self.assertEqual(json.loads(text), json.loads(published))
                        self.assertEqual(text == published.encode(), pretty)
                        self.assertEqual(b"\n" in text, pretty)


def response_text(path: Path) -> str:
    return path.with_name(path.name.replace("request", "response")).read_text("utf-8")


if __name__ == "__main__":
    unittest.main()
