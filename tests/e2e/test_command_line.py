# SPDX-License-Identifier: MIT
"""The command line without a service: help, refusals, and what they say."""

import re
import subprocess
import unittest

from harness.places import PGTASK
from harness.runner import GOOD, USAGE

COMMANDS = ("list", "show", "watch", "led", "check")
# A value that each option takes, by what --help calls it.
VALUES = {
    "ID": "1", "TYPE[,TYPE]...": "other", "STATUS[,STATUS]...": "Fail",
    "NAME[,NAME]...": "task", "TIME": "2024-09-01 00:00:00", "N": "1",
    "MEMBER": "EndTime", "ORDER": "asc", "SECONDS": "1", "PATH": "/bin/true",
    "DRIVER": "terminal", "FORMAT": "jsonl", "REGION": "ap-guangzhou", "HOST[:PORT]": "localhost",
    "ADDR[:PORT]": "127.0.0.1:1", "PEM": "/dev/null", "LANGUAGE": "en-US",
}


# Without keys, the client asks the machine for its role: nothing listens on this port.
WITHOUT_KEYS = {"PATH": "/usr/bin:/bin", "PGTASK_METADATA_ADDRESS": "127.0.0.1:1"}


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs the program without a home directory and without keys."""
    return subprocess.run([str(PGTASK), *arguments], env=WITHOUT_KEYS, text=True,
                          capture_output=True, check=False, timeout=20, stdin=subprocess.DEVNULL)


def options_of(command: str) -> dict[str, str]:
    """The options in its help, each with the name of its value, or ""."""
    return dict(re.findall(r"^  (--[\w-]+) (\S*)", run(command, "--help").stdout, re.MULTILINE))


class Help(unittest.TestCase):
    def test_it_is_at_most_80_columns_wide(self) -> None:
        for command in ("", *COMMANDS):
            done = run(*command.split(), "--help")
            self.assertEqual((done.returncode, done.stderr), (GOOD, ""))
            self.assertTrue(done.stdout.endswith("\n"))
            for line in done.stdout.splitlines():
                self.assertLessEqual(len(line), 80, line)
                self.assertEqual(line, line.rstrip())

    def test_each_command_shows_its_own_exit_statuses(self) -> None:
        for command, statuses in (("list", "0 2 3 4 5 128+N"), ("show", "0 1 2 3 4 5 128+N"),
                                  ("watch", "0 1 2 3 4 5 6 7 8 128+N"), ("led", "0 2 4 128+N"),
                                  ("check", "0 1 2 3")):
            text = run(command, "--help").stdout.split("Exit status:\n")[1].split("\n\n")[0]
            self.assertEqual(re.findall(r"^  (\d\S*) ", text, re.MULTILINE), statuses.split())

    def test_the_word_help_prints_it_too(self) -> None:
        for command in ("", *COMMANDS):
            done = run("help", *command.split())
            self.assertEqual((done.returncode, done.stderr), (GOOD, ""))
            self.assertEqual(done.stdout, run(*command.split(), "--help").stdout)
        self.assertIn("did you mean list?", run("help", "lst").stderr)


class Options(unittest.TestCase):
    def test_a_command_takes_the_options_in_its_help_and_refuses_all_others(self) -> None:
        options = {command: options_of(command) for command in COMMANDS}
        every = {flag: value for taken in options.values() for flag, value in taken.items()}
        self.assertGreater(len(every), 30)
        for flag in set(every) - {"--help", "--version"}:
            words = [flag, VALUES[every[flag]]] if every[flag] in VALUES else [flag]
            for command, taken in options.items():
                done = run(command, *words)
                refusal = f"pgtask: {command}: {flag} is not an option of this command. " \
                          f"See pgtask {command} --help.\n"
                said, other, status = done.stderr, done.stdout, USAGE
                if command == "check":  # a plugin: see test_check.py
                    said, other, status = done.stdout, done.stderr, 3
                    refusal = refusal.replace("pgtask: ", "PGTASK UNKNOWN: ", 1)
                with self.subTest(f"{command} {flag}"):
                    self.assertEqual((done.returncode, other), (status, ""))
                    self.assertEqual(said == refusal, flag not in taken, said)


class Refusals(unittest.TestCase):
    def refuse(self, *arguments: str) -> str:
        done = run(*arguments)
        self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
        return done.stderr

    def test_a_slip_gets_a_suggestion(self) -> None:
        self.assertEqual(self.refuse("lst"),
                         "pgtask: unknown command lst; did you mean list? See pgtask --help.\n")
        self.assertEqual(self.refuse("wtach", "1"),
                         "pgtask: unknown command wtach; did you mean watch? See pgtask --help.\n")
        self.assertEqual(self.refuse("LIST"),
                         "pgtask: unknown command LIST; did you mean list? See pgtask --help.\n")
        self.assertEqual(self.refuse("list", "--lmit", "5"),
                         "pgtask: list: --lmit is an unknown option; did you mean --limit? "
                         "See pgtask list --help.\n")
        self.assertEqual(self.refuse("list", "--out", "json"),
                         "pgtask: list: --out is an unknown option; did you mean --output? "
                         "See pgtask list --help.\n")
        self.assertEqual(self.refuse("-v"), "pgtask: -v is an unknown option; use "
                                            "--version or --verbose. See pgtask --help.\n")

    def test_the_word_of_another_program_gets_one_too(self) -> None:
        for typed, meant in (("ls", "list"), ("DescribeTasks", "list"), ("describe", "show"),
                             ("tail", "watch")):
            self.assertEqual(self.refuse(typed), f"pgtask: unknown command {typed}; did you mean "
                                                 f"{meant}? See pgtask --help.\n")

    def test_letters_stand_for_the_usual_options(self) -> None:
        self.assertEqual(run("-V").stdout, run("--version").stdout)
        self.assertEqual(run("list", "-h").stdout, run("list", "--help").stdout)
        for words in (("-n", "0"), ("-n0",)):
            self.assertEqual(self.refuse("list", *words), "pgtask: list: -n must be 1 to 100. "
                                                          "See pgtask list --help.\n")
        self.assertIn("-o needs a value", self.refuse("list", "-o"))
        self.assertIn("-x is an unknown option", self.refuse("list", "-xGu5t9xGARNpq86cd98joQY"))

    def test_a_limit_is_refused_with_both_its_bounds(self) -> None:
        for limit in ("0", "101", "4294967296"):
            self.assertEqual(self.refuse("list", "--limit", limit),
                             "pgtask: list: --limit must be 1 to 100. See pgtask list --help.\n")

    def test_a_surplus_argument_gets_advice_that_fits(self) -> None:
        no_argument = "pgtask: list: unexpected argument; a task id is given with --task-id. " \
                      "See pgtask list --help.\n"
        self.assertEqual(self.refuse("list", "foo"), no_argument)
        self.assertEqual(self.refuse("list", "--", "--limit"), no_argument)
        self.assertEqual(self.refuse("show", "1", "2"),
                         "pgtask: show: too many arguments. See pgtask show --help.\n")
        for time in ((["--min-start", "2024-09-01", "00:00:00"]),
                     (["--min-start=2024-09-01", "00:00:00", "--max-start=2024-09-02", "0"])):
            self.assertIn("put quotes around a time", self.refuse("list", *time))

    def test_a_word_that_may_be_a_secret_is_not_repeated(self) -> None:
        secret = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
        for arguments in ((secret,), ("list", secret), ("list", f"--secret-key={secret}"),
                          ("list", "--token", secret), ("show", secret), ("list", f"-k{secret}")):
            self.assertNotIn(secret, self.refuse(*arguments))

    def test_a_missing_task_is_asked_for(self) -> None:
        self.assertEqual(self.refuse("show"), "pgtask: show: missing TASK_ID; find it with pgtask "
                                              "list. See pgtask show --help.\n")

    def test_missing_certificates_are_named(self) -> None:
        done = subprocess.run(
            [str(PGTASK), "list", "--region", "ap-guangzhou", "--ca-file", "/no/such/file"],
            env={"TENCENTCLOUD_SECRET_ID": "AKIDx", "TENCENTCLOUD_SECRET_KEY": "k"}, text=True,
            capture_output=True, check=False, timeout=20)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("/no/such/file: there is no such file", done.stderr)


if __name__ == "__main__":
    unittest.main()
