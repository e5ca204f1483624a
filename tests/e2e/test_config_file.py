# SPDX-License-Identifier: MIT
"""~/.config/pgtask/config: what a user always wants, with profiles as sections."""

import json
import os
import subprocess
import unittest

from harness.places import PGTASK
from harness.runner import GOOD, USAGE, EndToEnd, Run
from harness.service import certificates

FILE = """\
# mine
[default]
region = ap-shanghai
output = jsonl

[work]
region = "ap-beijing"
output = csv
"""


class ConfigFile(EndToEnd):
    past = 3

    def write(self, text: str, folder: str = ".config") -> str:
        path = self.home / folder / "pgtask/config"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def list(self, *arguments: str, **variables: str) -> Run:
        """Runs it without --region, and with an endpoint only if the file has none."""
        done = subprocess.run(
            [str(PGTASK), *arguments, "--connect", f"127.0.0.1:{self.simulator.port}", "--ca-file",
             str(certificates() / "ca.pem")], env={**self.environment(), **variables}, text=True,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
        run = Run(done.returncode, done.stdout, done.stderr)
        self.check_run(run, None)
        return run

    def region(self, *arguments: str, **variables: str) -> str:
        self.assertEqual(self.list("list", *arguments, **variables).status, GOOD)
        return str(self.simulator.service.recorded[-1]["headers"]["x-tc-region"])

    def test_region_and_output_come_from_it_where_nothing_else_says_them(self) -> None:
        self.write(FILE)
        self.assertEqual(self.region(), "ap-shanghai")
        self.assertEqual(self.region("--region", "ap-guangzhou"), "ap-guangzhou")
        self.assertEqual(self.region(TENCENTCLOUD_REGION="ap-guangzhou"), "ap-guangzhou")
        self.assertEqual(len([json.loads(line) for line in
                              self.list("list").stdout.splitlines()]), self.past)
        self.assertIn("TASK", self.list("list", "-o", "table").stdout)

    def test_the_section_of_a_profile_counts_before_the_default(self) -> None:
        self.write(FILE)
        self.assertEqual(self.region(TENCENTCLOUD_PROFILE="work"), "ap-beijing")
        self.assertTrue(self.list("list", TENCENTCLOUD_PROFILE="work").stdout.startswith("TaskId,"))
        self.write("[work]\nregion = ap-beijing\n[default]\nregion = ap-shanghai\noutput=csv\n")
        self.assertEqual(self.region(TENCENTCLOUD_PROFILE="work"), "ap-beijing")
        self.assertTrue(self.list("list", TENCENTCLOUD_PROFILE="work").stdout.startswith("TaskId,"))

    def test_the_endpoint_is_signed_and_a_variable_counts_before_it(self) -> None:
        self.write("[default]\nregion = ap-guangzhou\nendpoint = localhost\n")
        self.assertEqual(self.list("list").status, GOOD)
        self.assertEqual(self.simulator.service.recorded[-1]["headers"]["host"], "localhost")
        self.assertEqual(self.list("list", PGTASK_ENDPOINT="postgres.tencentcloudapi.com").status,
                         GOOD)
        self.assertEqual(self.simulator.service.recorded[-1]["headers"]["host"],
                         "postgres.tencentcloudapi.com")

    def test_a_format_that_a_command_cannot_print_is_passed_over(self) -> None:
        self.write("[default]\nregion = ap-guangzhou\noutput = csv\n")
        run = self.list("watch", "1", "--max-wait", "3")
        self.assertEqual(run.status, GOOD, run.stderr)
        self.assertIn("ended: 1 ", run.stdout)

    def test_xdg_config_home_has_the_place(self) -> None:
        self.write("[default]\nregion = ap-beijing\n", "other")
        self.assertEqual(self.region(XDG_CONFIG_HOME=str(self.home / "other")), "ap-beijing")

    def test_what_is_wrong_is_told_with_its_line_and_nothing_is_sent(self) -> None:
        for text, line, words in (
                ("[default]\nregion = x y\n", 2, "this is not a region"),
                ("[default]\noutput = xml\n", 2, "must be table, json, jsonl or csv"),
                ("[default]\nendpoint = https://a\n", 2, "without https://"),
                ("[default]\n\nregions = a\n", 3, "this key is unknown"),
                ("[default]\nsecret_key = a\n", 2, "this key is unknown"),
                ("[default]\nregion\n", 2, "")):
            with self.subTest(text):
                path = self.write(text)
                run = self.list("list", TENCENTCLOUD_REGION="ap-guangzhou")
                self.assert_failed(run, USAGE, f"{path}:{line}: ", words)
        self.assertEqual(self.simulator.service.counters.connections, 0)

    def test_something_else_than_a_file_does_not_hold_it_up(self) -> None:
        path = self.write("")
        os.unlink(path)
        os.mkfifo(path)
        self.assert_failed(self.list("list"), USAGE, path, "not a regular file")


if __name__ == "__main__":
    unittest.main()
