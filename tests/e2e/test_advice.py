# SPDX-License-Identifier: MIT
"""Each advice of the command line itself comes from a cause that really produces it.

tests/unit/test_advice.c does the same for the advice of the library.
"""

import re
import resource
import subprocess

from harness.places import ROOT
from harness.runner import NETWORK, REFUSED, USAGE, EndToEnd

SOURCE = ROOT / "examples" / "cli" / "session" / "advice.c"


def sentences() -> list[str]:
    """Returns the sentences of the source: each text of two words or more that ends like one."""
    source = re.sub(r'"\s*\n\s*"', "", SOURCE.read_text())
    return re.findall(r'return "([^"]+\.)";', source)


def one(start: str) -> str:
    """Returns the sentence that begins like this."""
    found = [sentence for sentence in sentences() if sentence.startswith(start)]
    if len(found) != 1:
        raise AssertionError(f"{len(found)} sentences begin like this: {start}")
    return found[0]


class Advice(EndToEnd):
    attempts = 1

    def setUp(self) -> None:
        super().setUp()
        self.tried: set[str] = set()

    def expect(self, start: str, run: "subprocess.CompletedProcess[str]") -> None:
        sentence = one(start)
        self.assertTrue(run.stderr.endswith(f" {sentence}\n"), run.stderr)
        self.tried.add(sentence)

    def run_limited(self, *arguments: str, limit: tuple[int, int] | None = None,
                    connect: str | None = None) -> "subprocess.CompletedProcess[str]":
        def lower() -> None:
            if limit is not None:
                resource.setrlimit(limit[0], (limit[1], limit[1]))

        return subprocess.run(self.command(*arguments, connect=connect), env=self.environment(),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              preexec_fn=lower, timeout=60, check=False)

    def test_every_sentence_has_a_cause(self) -> None:
        localhost = f"localhost:{self.simulator.port}"
        with self.subTest("no descriptor is left for the pipe of a look-up"):
            run = self.run_limited("list", limit=(resource.RLIMIT_NOFILE, 4), connect=localhost)
            self.assertEqual(run.returncode, NETWORK)
            self.expect("Too many files are open", run)
        with self.subTest("no time is known"):
            self.simulator.set_scenario(date="none")
            run = self.run_limited("list", "--no-clock")
            self.assertEqual(run.returncode, USAGE)
            self.expect("The service told no time either", run)
        with self.subTest("a slow clock, and no time is told"):
            self.simulator.use_certificate("soon_valid")
            run = self.run_limited("list")
            self.assertEqual(run.returncode, USAGE)
            self.assertTrue(run.stderr.endswith(" Set the clock of this device.\n"), run.stderr)
            self.simulator.use_certificate("server")
        with self.subTest("a page in place of the API"):
            self.simulator.set_scenario(answer="status_404")
            run = self.run_limited("list")
            self.assertEqual(run.returncode, NETWORK)
            self.expect("The API did not answer this", run)
        with self.subTest("a user without the permission"):
            for code in ("UnauthorizedOperation", "OperationDenied.CamDeniedError"):
                self.simulator.set_scenario(error_code=code)
                run = self.run_limited("list")
                self.assertEqual(run.returncode, REFUSED)
                self.expect("Allow this user", run)
        # This one needs a user without processes: e2e/test_led_held.py, class NoProcesses.
        self.tried.add(one("No process can be started"))
        self.assertEqual(self.tried, set(sentences()))
