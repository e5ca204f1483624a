# SPDX-License-Identifier: MIT
"""The completions work in the real shells, and offer what each command takes."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness.places import PGTASK, ROOT
from harness.shell import Shell

FOLDER = ROOT / "port/docs/completions"
COMMANDS = ("list", "show", "watch", "led", "check")


def options_of(command: str) -> list[str]:
    """The options that its help lists."""
    text = subprocess.run([PGTASK, command, "--help"], capture_output=True, text=True,
                          check=True).stdout
    return re.findall(r"^  (--[\w-]+)", text, re.MULTILINE)


class Completions(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        self.folder = self.enterContext(tempfile.TemporaryDirectory(prefix="pgtask-shell-"))
        Path(self.folder, "a root.pem").write_text("", "ascii")

    def check_shell(self, shell: Shell) -> None:
        """Types each option without its last character, and asks for the rest."""
        self.assertEqual(shell.completed("wat\t"), "watch")
        self.assertEqual(shell.completed("--vers\t"), "--version")
        self.assertEqual(shell.completed("help sho\t"), "help show")
        for command in COMMANDS:
            flags = options_of(command)
            self.assertGreater(len(flags), 10)
            for flag in flags:
                if sum(one.startswith(flag[:-1]) for one in flags) == 1:
                    given = shell.completed(f"{command} {flag[:-1]}\t")
                    self.assertEqual(given.removesuffix("="), f"{command} {flag}")
        self.assertEqual(shell.completed("list --output ta\t"), "list --output table")
        self.assertEqual(shell.completed("list --output=ta\t"), "list --output=table")
        self.assertEqual(shell.completed("list -o ta\t"), "list -o table")
        self.assertEqual(shell.completed("list --all --tls-max 1.3 --order-by E\t"),
                         "list --all --tls-max 1.3 --order-by EndTime")
        self.assertEqual(shell.completed("watch --type Destr\t"), "watch --type DestroyInstance")
        self.assertEqual(shell.completed("watch --type CloneInstance,Destr\t"),
                         "watch --type CloneInstance,DestroyInstance")
        self.assertEqual(shell.completed("list --ca-file a\t"), "list --ca-file a root.pem")

    def test_bash(self) -> None:
        with Shell(["bash", "--norc", "--noprofile", "-i"], self.folder,
                   f". {FOLDER}/pgtask.bash") as shell:
            self.check_shell(shell)

    def test_zsh(self) -> None:
        with Shell(["zsh", "-f", "-i"], self.folder, f"fpath=({FOLDER} $fpath)",
                   "autoload -U compinit; compinit -u -D; unsetopt beep") as shell:
            self.check_shell(shell)

    def fish(self, typed: str) -> list[str]:
        """The words that fish offers behind what is typed."""
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"source {FOLDER}/pgtask.fish; complete -C $argv[1]",
             f"pgtask {typed}"], cwd=self.folder, capture_output=True, text=True, check=True,
            env={"HOME": self.folder, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
        self.assertEqual(done.stderr, "")
        return [line.split("\t")[0] for line in done.stdout.splitlines()]

    def test_fish(self) -> None:
        self.assertEqual(self.fish("wat"), ["watch"])
        self.assertIn("--version", self.fish("--"))
        self.assertEqual(set(self.fish("help ")), set(COMMANDS))
        for command in COMMANDS:
            self.assertEqual(sorted(self.fish(f"{command} --")), sorted(options_of(command)))
        self.assertEqual(sorted(self.fish("list --output ")), ["csv", "json", "jsonl", "table"])
        self.assertEqual(self.fish("list -o ta"), ["table"])
        self.assertEqual(self.fish("watch --type CloneInstance,Destr"),
                         ["CloneInstance,DestroyInstance"])
        self.assertEqual(self.fish("list --ca-file a"), ["a root.pem"])
        self.assertEqual(self.fish("list --region a"), [])


if __name__ == "__main__":
    unittest.main()
