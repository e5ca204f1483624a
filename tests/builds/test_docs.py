# SPDX-License-Identifier: MIT
"""Documents that come from one source are fresh, and a manual's reader finds no fault in them."""

import re
import sys
import unittest
from pathlib import Path

from builds.papers import files
from harness.building import Builds, run
from harness.places import BUILD, ROOT

DOCS = ROOT / "port/docs"
PAGES = sorted((DOCS / "man").glob("pgtask*.[135]"))
NAMES = {"pgtask.1", "pgtask-list.1", "pgtask-show.1", "pgtask-watch.1", "pgtask-led.1", "pgtask-check.1",
         "pgtask-credentials.5", "pgtask.3"}
# What the client asks of the environment through another function, or of its user's shell.
VARIABLES = {"TERM", "TZ", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG"}


def variables() -> set[str]:
    """The names in capitals that stand in the client's sources and are asked for by getenv()."""
    found = set(VARIABLES)
    for path in files("examples/cli/**/*.c"):
        text = path.read_text("utf-8")
        if "getenv(" in text:
            found |= set(re.findall(r'"((?:TENCENTCLOUD|PGTASK|SSL|XDG)_[A-Z_]+|\w+_(?:proxy|PROXY))"', text))
            found |= set(re.findall(r'getenv\("(\w+)"\)', text))
    return found


class Docs(Builds):
    def test_they_are_fresh(self) -> None:
        """After a change of an option or of a README: make docs."""
        self.succeed("make", "-s", f"BUILD={BUILD}", BUILD / "docs/tables.json")
        sys.path.insert(0, str(DOCS))
        import make_docs
        texts = make_docs.documents(make_docs.read(BUILD / "docs/tables.json"), ROOT)
        stale = [name for name, text in texts.items()
                 if not (ROOT / name).is_file() or (ROOT / name).read_text("utf-8") != text]
        self.assertEqual(stale, [], "run make docs")
        self.assertEqual({Path(name).name for name in texts if "/man/" in name}, NAMES)
        self.assertEqual({path.name for path in PAGES}, NAMES)

    def check_warnings(self, pages: list[Path]) -> None:
        done = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", *pages)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.count("x stop"), len(pages))

    def test_man_reads_each_page_without_a_warning(self) -> None:
        self.check_warnings(PAGES)

    def test_mandoc_finds_nothing(self) -> None:
        done = run("mandoc", "-T", "lint", *PAGES)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_each_variable_of_the_environment_is_in_the_manual(self) -> None:
        page = re.sub(r"\\f[BIR]", " ", (DOCS / "man/pgtask.1").read_text("utf-8"))
        named = set(re.findall(r"\w+", page.split(".SH ENVIRONMENT")[1].split(".SH ")[0]))
        self.assertEqual(variables() - named, set())

    def test_doxygen_reads_the_headers_without_a_warning(self) -> None:
        build = self.directory / "build"
        self.succeed("make", "-s", f"BUILD={build}", build / "docs/html/index.html")
        self.assertTrue((build / "docs/html/client_8h.html").is_file())
        pages = sorted((build / "docs/man/man3").iterdir())
        self.assertIn("pgtask_client.h.3", [page.name for page in pages])
        self.assertEqual([page.name for page in pages if not page.name.startswith("pgtask_")], [])
        told = [page.name for page in pages if str(ROOT) in page.read_text("utf-8")]
        self.assertEqual(told, [])
        self.check_warnings(pages)

    def test_installed_pages_are_found(self) -> None:
        self.succeed("make", "-s", "install-docs", "PREFIX=/usr", f"DESTDIR={self.directory}")
        share = self.directory / "usr/share"
        for name in sorted(NAMES):
            page, _, section = name.rpartition(".")
            found = self.succeed("man", "-M", share / "man", "-w", section, page).strip()
            self.assertEqual(Path(found).name, name)
        for name in ("bash-completion/completions/pgtask", "zsh/site-functions/_pgtask",
                     "fish/vendor_completions.d/pgtask.fish"):
            self.assertTrue((share / name).is_file(), name)


if __name__ == "__main__":
    unittest.main()
