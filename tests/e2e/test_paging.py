# SPDX-License-Identifier: MIT
"""Listings of many pages: whole, in order, each task once, in constant memory."""

import threading
import time
from typing import Any

from harness.runner import GOOD, EndToEnd
from sim.tasks import Task


class Pages(EndToEnd):
    past = 0

    def add_past(self, count: int) -> None:
        now = int(time.time())
        self.simulator.service.store.extend(
            Task(number, "RestoreDatabase", "postgres-a", now - 5000 + number, 10)
            for number in range(1, count + 1)
        )

    def listed(self, *arguments: str) -> list[int]:
        run = self.run_pgtask("list", "--all", *arguments, "--output", "jsonl")
        self.assert_good(run)
        return [task["TaskId"] for task in run.lines()]

    def test_all_lists_every_task_newest_first(self) -> None:
        for count, pages in ((1, 1), (99, 1), (100, 1), (101, 2), (250, 3), (2000, 20)):
            with self.subTest(count):
                self.doCleanups()
                self.setUp()
                self.add_past(count)
                self.assertEqual(self.listed(), list(range(count, 0, -1)))
                self.assertIn(self.request_count(), (pages, pages + 1))
                self.assertEqual(self.simulator.service.counters.connections, 1)

    def test_none_is_no_error(self) -> None:
        self.assertEqual(self.listed(), [])

    def test_json_of_all_pages_is_one_object(self) -> None:
        self.add_past(250)
        run = self.run_pgtask("list", "--all", "--output", "json")
        self.assert_good(run)
        self.assertEqual(run.json()["TotalCount"], 250)
        self.assertEqual([task["TaskId"] for task in run.json()["TaskSet"]],
                         list(range(250, 0, -1)))
        self.assertTrue(run.json()["RequestId"])

    def test_page_size_order_and_start_are_kept(self) -> None:
        self.add_past(50)
        self.assertEqual(self.listed("--limit", "7", "--order", "asc"), list(range(1, 51)))
        self.assertEqual([body["Limit"] for body in self.bodies()][:8], [7] * 8)
        self.assertEqual([body.get("Offset", 0) for body in self.bodies()][:8],
                         list(range(0, 56, 7)))
        self.assertEqual(self.listed("--offset", "45"), [5, 4, 3, 2, 1])

    def test_the_end_of_the_listing_is_frozen_at_its_start(self) -> None:
        self.add_past(150)
        self.listed()
        ends = {body["MaxStartTime"] for body in self.bodies()}
        self.assertEqual(len(ends), 1)

    def test_tasks_that_appear_meanwhile_make_no_duplicates(self) -> None:
        for new, age_s in ((1, 0), (1, 60), (5, 60), (40, 60)):
            with self.subTest(new=new, age_s=age_s):
                self.doCleanups()
                self.setUp()
                self.add_past(500)
                self.simulator.set_scenario(new_tasks=new, new_tasks_age_s=age_s)
                listed = self.listed()
                self.assertEqual(len(listed), len(set(listed)))
                self.assertLessEqual(set(range(1, 501)), set(listed))

    def test_100000_tasks_take_no_more_memory_than_one(self) -> None:
        self.add_past(1)
        # Two listings a while apart: the first has ended when its memory is read.
        one = self.run_pgtask("list", "--all", "--output", "jsonl", "--count", "2",
                              "--interval", "0.5", measure=True)
        self.doCleanups()
        self.past = 100_000
        self.setUp()
        many = self.run_pgtask("list", "--all", "--output", "jsonl", "--timeout", "300",
                               measure=True, limit_s=300)
        self.assert_good(many)
        ids = [int(line.split(":", 1)[1].split(",", 1)[0]) for line in many.stdout.splitlines()]
        self.assertEqual(sorted(ids), list(range(1, 100_001)))
        self.assertGreater(one.peak_kib, 0)
        self.assertLessEqual(many.peak_kib, one.peak_kib + 256)


class Repeats(EndToEnd):
    def test_count_lists_again_over_one_connection(self) -> None:
        run = self.run_pgtask("list", "--task-id", "3", "--count", "4", "--interval", "0.1",
                              "--output", "jsonl")
        self.assert_good(run)
        self.assertEqual([task["TaskId"] for task in run.lines()], [3] * 4)
        counters = self.simulator.service.counters
        self.assertEqual((counters.requests, counters.connections), (4, 1))

    def test_the_interval_is_kept(self) -> None:
        begin = time.monotonic()
        self.run_pgtask("list", "--count", "3", "--interval", "0.4")
        self.assertAlmostEqual(time.monotonic() - begin, 0.8, delta=0.35)

    def test_a_connection_closed_while_idle_is_opened_again(self) -> None:
        self.simulator.set_scenario(idle_s=0.2)
        run = self.run_pgtask("list", "--count", "3", "--interval", "0.6", "--output", "jsonl",
                              "--limit", "1")
        self.assert_good(run)
        self.assertEqual(len(run.lines()), 3)
        self.assertEqual(self.simulator.service.counters.connections, 3)

    def test_a_server_that_closes_after_each_answer(self) -> None:
        endings: list[dict[str, Any]] = [
            {"keep_alive": False}, {"framing": "close"},
            {"keep_alive": False, "framing": "chunked"}]
        for switches in endings:
            self.simulator.set_scenario(**switches)
            run = self.run_pgtask("list", "--count", "3", "--interval", "0", "--output", "jsonl",
                                  "--limit", "2")
            with self.subTest(switches):
                self.assert_good(run)
                self.assertEqual(len(run.lines()), 6)

    def test_a_running_restore_is_followed_to_its_end(self) -> None:
        store, now = self.simulator.service.store, int(time.time())
        task = store.add(now, 2, "Success", "RestoreDatabase", "postgres-a")
        run = self.run_pgtask("list", "--task-id", str(task.task_id), "--count", "12",
                              "--interval", "0.25", "--output", "jsonl")
        self.assert_good(run)
        statuses = [found["Status"] for found in run.lines()]
        self.assertEqual(list(dict.fromkeys(statuses)), ["Running", "Success"])
        progress = [found["Progress"] for found in run.lines()]
        self.assertEqual(progress, sorted(progress))
        self.assertEqual(progress[-1], 100)

    def test_several_programs_at_once_do_not_disturb_each_other(self) -> None:
        self.simulator.set_scenario()
        runs = []

        def one(number: int) -> None:
            run = self.run_pgtask("list", "--task-id", str(number), "--count", "3",
                                  "--interval", "0", "--output", "jsonl")
            runs.append((number, run))

        threads = [threading.Thread(target=one, args=(number,)) for number in range(1, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(runs), 4)
        for number, run in runs:
            self.assertEqual(run.status, GOOD)
            self.assertEqual([task["TaskId"] for task in run.lines()], [number] * 3)
