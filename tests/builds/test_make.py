# SPDX-License-Identifier: MIT
"""What the Makefile promises to packagers and developers."""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

from harness.building import Builds, run
from harness.places import BUILD, JSMN, MBEDTLS, ROOT

MAKEFILES = [ROOT / "Makefile", *ROOT.glob("*/*.mk"), *ROOT.glob("*/*/*.mk")]


class Make(Builds):
    def test_help_lists_every_target_that_has_a_description(self) -> None:
        text = "".join(path.read_text() for path in MAKEFILES)
        described = set(re.findall(r"^([\w.-]+):.* ## ", text, re.MULTILINE))
        shown = re.findall(r"^  make ([\w.-]+) ", self.succeed("make", "help"), re.MULTILINE)
        self.assertGreater(len(shown), 20)
        self.assertEqual(sorted(shown), sorted(described))

    def test_help_tells_the_settings_and_fits_a_terminal(self) -> None:
        text = self.succeed("make", "help")
        told = re.findall(r"^  ([A-Z_]+) +\S", text.split("\nSettings:\n")[1], re.MULTILINE)
        self.assertEqual(set(told), {
            "BUILD", "PREFIX", "DESTDIR", "BINDIR", "LIBDIR", "INCLUDEDIR", "DATADIR", "MANDIR",
            "DOCDIR", "UNITDIR", "SHARED", "CROSS", "LIBC", "WERROR", "V", "CPPFLAGS", "CFLAGS",
            "LDFLAGS",
            "MBEDTLS", "MBEDTLS_DIR", "MBEDTLS_CFLAGS", "MBEDTLS_LIBS", "JSMN_DIR"})
        self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])

    def test_flags_of_the_user_are_added_to_those_that_the_build_needs(self) -> None:
        goal = self.directory / "src/pace.o"
        out = self.succeed("make", "V=1", f"BUILD={self.directory}", "CPPFLAGS=-DMINE=1",
                           "CFLAGS=-DMINE_TOO=1", goal)
        self.assertTrue(goal.exists())
        for word in ("-DMINE=1", "-DMINE_TOO=1", "-Iinclude", "-std=c99"):
            self.assertIn(f" {word} ", out)

    def test_other_preprocessor_flags_compile_again(self) -> None:
        goal = self.directory / "src/pace.o"
        build = ("make", f"BUILD={self.directory}", goal)
        self.assertIn("CC    src/pace.c\n", self.succeed(*build))
        self.assertNotIn("src/pace.c", self.succeed(*build))
        self.assertIn("CC    src/pace.c\n", self.succeed(*build, "CPPFLAGS=-DMINE=1"))

    def test_a_dry_run_shows_one_command_for_each_source_and_none_that_is_up_to_date(self) -> None:
        goals = [f"{self.directory}/src/{name}.o" for name in ("pace", "json")]
        build = ("make", f"BUILD={self.directory}", *goals)
        (self.directory / "src").mkdir()
        lines = self.succeed("make", "-n", *build[1:]).splitlines()
        compiled = [line for line in lines if " -c -o " in line]
        self.assertEqual([line.split()[-1] for line in compiled], ["src/pace.c", "src/json.c"])
        self.assertEqual(len(lines), 3)  # and one that notes the flags
        self.assertNotIn("printf", "".join(lines))
        self.succeed(*build)
        out = self.succeed("make", "-n", *build[1:])
        self.assertEqual([line for line in out.splitlines() if "up to date" not in line], [])

    def test_it_builds_into_the_folder_that_it_is_called_from(self) -> None:
        goal = "build/src/pace.o"
        done = run("make", "-f", ROOT / "Makefile", goal, where=self.directory)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue((self.directory / goal).exists())
        self.succeed("make", "-C", ROOT, f"BUILD={self.directory}/other",
                     f"{self.directory}/other/src/pace.o")
        self.assertTrue((self.directory / "other/src/pace.o").exists())

    def test_firmware_makes_the_settings_that_its_readme_loads(self) -> None:
        page = "build/firmware/settings/settings.bin"
        self.assertIn(f"file={page}", (ROOT / "examples/firmware/README.md").read_text())
        done = self.succeed("make", "-n", "BUILD=build", "-W", "examples/firmware/make_settings.py",
                            "firmware")
        self.assertIn(f"-o {page}", done)

    def test_without_sources_it_says_what_is_missing_and_which_command_fetches_it(self) -> None:
        done = run("env", f"JSMN_DIR={self.directory}", "port/build/deps.sh", "--check", "build")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count("\n"), 2)
        self.assertIn("missing: the source of jsmn\n", done.stderr)
        self.assertIn("run: port/build/deps.sh build\n", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_only_goals_that_promise_it_fetch_by_themselves(self) -> None:
        for goal, fetches in (("all", False), ("install", False), ("demo", True), ("test", True)):
            # Even with -n, make brings the Makefiles that it includes up to date.
            out = self.succeed("make", "-n", "-W", "port/build/deps.sh", goal)
            with self.subTest(goal):
                self.assertEqual("deps: all there for: build\n" in out, fetches)

    def test_compile_commands_name_each_source_of_the_library(self) -> None:
        target = self.directory / "compile_commands.json"
        self.succeed("port/build/compile_commands.py", target, "build")
        entries = json.loads(target.read_text())
        sources = {str(path.relative_to(ROOT)) for path in (ROOT / "src").glob("*.c")}
        self.assertLessEqual(sources, {entry["file"] for entry in entries})
        for entry in entries[:3]:
            self.assertRegex(entry["command"], rf" -c -o {entry['output']} {entry['file']}\Z")


    def test_a_missing_cross_compiler_is_told_with_the_command_that_fetches_it(self) -> None:
        for goal, lacking in ((("all", "CROSS=none-linux-gnu"), "none-linux-gnu-gcc"),
                              (("all", "CROSS=arm-linux-gnueabihf", "LIBC=musl",
                                f"DEPS={self.directory}"), "musl.specs")):
            with self.subTest(goal):
                done = run("make", *goal)
                self.assertEqual(done.returncode, 2)
                self.assertRegex(done.stderr, f"{lacking}.*: not found; .*run: "
                                              r"port/build/deps\.sh cross\.")


# All that a build and an installation call: a shell, make, a compiler, and POSIX's small tools.
TOOLS = ("sh", "make", "gcc", "ar", "as", "ld", "cat", "chmod", "cmp", "dirname", "env", "find",
         "grep", "install", "ln", "mkdir", "nproc", "printf", "rm", "sed", "touch", "tr", "uname")
NOBODY = 65534


class WithSourcesOfYourOwn(Builds):
    """A copy of the tree that may not be written to, with the sources of mbedTLS and jsmn."""

    def setUp(self) -> None:
        super().setUp()
        self.tools = self.directory / "bin"
        self.tools.mkdir()
        for tool in TOOLS:
            (self.tools / tool).symlink_to(shutil.which(tool, path="/usr/bin:/bin") or "missing")
        shutil.copytree(JSMN, self.directory / "jsmn")
        for name in ("include", "library"):
            shutil.copytree(MBEDTLS / name, self.directory / "mbedtls" / name)

    def copy_tree(self, name: str) -> Path:
        tree = self.directory / name
        for folder in ("include", "src", "port", "examples", "tests"):
            shutil.copytree(ROOT / folder, tree / folder,
                            ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "Makefile", tree)
        return tree

    def make_alone(self, tree: Path, out: Path, *words: str) -> None:
        """make as a user who owns only the folder `out`, with few tools and no network."""
        out.mkdir()
        alone = []
        if os.geteuid() == 0:
            for path in (self.directory, *self.directory.rglob("*")):
                os.chmod(path, path.stat().st_mode | 0o444 | (0o111 if path.is_dir() else 0))
            os.chown(out, NOBODY, NOBODY)
            alone = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        else:
            for path in (tree, *tree.rglob("*")):
                os.chmod(path, path.stat().st_mode & ~0o222)
        if run("unshare", "--net", "true").returncode == 0:
            alone = ["unshare", "--net", *alone]
        done = run(*alone, "env", "-i", f"PATH={self.tools}", self.tools / "make", "-C", tree,
                   f"BUILD={out}", f"MBEDTLS_DIR={self.directory}/mbedtls",
                   f"JSMN_DIR={self.directory}/jsmn", "WERROR=1", *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_make_and_install_need_a_compiler_and_neither_apt_nor_root_nor_network(self) -> None:
        tree, out = self.copy_tree("tree"), self.directory / "out"
        self.make_alone(tree, out, "OPTIMIZE=-O0", f"MBEDTLS_LIB={BUILD}/libmbedtls.a",
                        f"DESTDIR={out}/package", "install", f"{out}/mbedtls/aes.o",
                        f"{out}/mbedtls/x509_crt.o")
        self.succeed(out / "package/usr/local/bin/pgtask", "--version")
        self.assertFalse((tree / "deps").exists())
        self.assertFalse((tree / "build").exists())

    def test_two_builds_in_two_folders_make_the_same_bytes(self) -> None:
        hashes = []
        for name in ("one", "the_other"):
            out = self.directory / f"{name}_out"
            goals = [out / goal for goal in (
                "src/json.o", "src/tls_chain.o", "port/posix/posix.o", "examples/cli/base/dump.o",
                "mbedtls/aes.o", "mbedtls/x509_crt.o")]
            self.make_alone(self.copy_tree(name), out, *map(str, goals))
            hashes.append([hashlib.sha256(goal.read_bytes()).hexdigest() for goal in goals])
        self.assertEqual(*hashes)


# An apt whose network fails as long as there is a file `offline`. It has two sources.
APT = """#!/bin/sh
cd "$HOME"
echo "$@" >>calls
[ ! -e offline ] || exit 100
for name in "$@"; do :; done
case " $* " in *" source "*) ;; *) exit 0 ;; esac
version=${name#*=} name=${name%%=*}
mkdir -p $name-1/include/mbedtls
touch $name-1/jsmn.h $name-1/include/mbedtls/ssl.h
echo "#define MBEDTLS_VERSION_STRING         \\"${version%%-*}\\"" >$name-1/include/mbedtls/build_info.h
tar -cf "$OLDPWD/${name}_1.orig.tar.gz" $name-1
"""


# The security updates come after the release; another branch of mbedTLS must not be taken.
APT_CACHE = """#!/bin/sh
case "$*" in *showsrc\\ mbedtls) cat "$HOME/versions" ;; esac
"""
VERSIONS = "Version: 3.6.4-2\n\nVersion: 4.1.0-1\n\nVersion: 3.6.10-0.1~deb13u1\n\nVersion: 3.6.9-1\n"


class Fetching(Builds):
    """deps.sh with an apt of the test's own, and a folder deps/ of its own."""

    def setUp(self) -> None:
        super().setUp()
        tools = self.directory / "bin"
        (self.directory / "versions").write_text(VERSIONS)
        for name, text in (("apt-get", APT), ("apt-cache", APT_CACHE),
                           ("dpkg-query", "#!/bin/sh\necho installed\n")):
            (tools / name).parent.mkdir(exist_ok=True)
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        script = self.directory / "port" / "build" / "deps.sh"
        script.parent.mkdir(parents=True)
        script.write_text((ROOT / "port/build/deps.sh").read_text())
        script.chmod(0o755)
        self.script = ("env", "-u", "MBEDTLS", "-u", "MBEDTLS_DIR", "-u", "JSMN_DIR",
                       f"HOME={self.directory}", f"PATH={tools}:/usr/bin:/bin", script)
        self.command = (*self.script, "build")

    def test_after_a_network_that_failed_the_next_run_fetches_all(self) -> None:
        (self.directory / "offline").touch()
        done = run(*self.command)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("deps: could not fetch the source of mbedtls; check the network and run this "
                      "again\n", done.stderr)
        (self.directory / "offline").unlink()
        self.assertIn("deps: all there for: build\n", self.succeed(*self.command))
        for file in ("mbedtls/include/mbedtls/ssl.h", "jsmn/jsmn.h"):
            self.assertTrue((self.directory / "deps" / file).exists())

    def test_what_is_there_is_not_fetched_again(self) -> None:
        self.succeed(*self.command)
        (self.directory / "calls").unlink()
        self.succeed(*self.command)
        self.assertFalse((self.directory / "calls").exists())


    def test_the_newest_3_6_of_release_and_security_updates_is_fetched(self) -> None:
        self.succeed(*self.command)
        calls = (self.directory / "calls").read_text()
        self.assertIn("source --download-only --tar-only mbedtls=3.6.10-0.1~deb13u1\n", calls)
        known = "".join(file.read_text() for file in Path("/etc/apt").glob("sources.list*")
                        if file.is_file())
        known += "".join(file.read_text() for file in Path("/etc/apt").glob("sources.list.d/*"))
        used = next((self.directory / "deps/apt").glob("source.*")).read_text()
        self.assertEqual("trixie-security" in used, "-security" in known)

    def test_deps_check_tells_when_the_archive_has_a_newer_one(self) -> None:
        self.succeed(*self.command)
        self.assertEqual(self.succeed(*self.script, "--newest"),
                         "deps: mbedTLS is 3.6.10, and Debian has 3.6.10\n")
        for version, says in (("3.6.11-1~deb13u1", "and Debian has 3.6.11. To fetch that, remove "),
                              ("3.6.10-0.1~deb13u2", "of Debian's 3.6.10-0.1~deb13u1, and Debian has "
                                                     "3.6.10-0.1~deb13u2. ")):
            (self.directory / "versions").write_text(VERSIONS + f"\nVersion: {version}\n")
            done = run(*self.script, "--newest")
            self.assertEqual(done.returncode, 1)
            self.assertIn(says, done.stderr)

    def test_the_mbedtls_of_the_system_needs_no_source_of_it(self) -> None:
        self.succeed(*self.command[:-2], "MBEDTLS=system", *self.command[-2:])
        self.assertFalse((self.directory / "deps/mbedtls").exists())
        self.assertTrue((self.directory / "deps/jsmn/jsmn.h").exists())


class Finding(Builds):
    """make test-one."""

    def find(self, name: str) -> list[str]:
        return self.succeed("tests/run.py", "--find", name).split()

    def test_a_name_stands_for_the_program_or_module_of_that_name(self) -> None:
        self.assertEqual(self.find("json"), ["tests/unit/test_json.c"])
        self.assertEqual(self.find("unit/json"), ["tests/unit/test_json.c"])
        self.assertEqual(self.find("e2e/listing"), ["tests/e2e/test_listing.py"])
        self.assertIn("tests/sim/test_listing.py", self.find("listing"))

    def test_a_folder_stands_for_all_of_its_modules(self) -> None:
        self.assertEqual(self.find("binary"),
                         ["tests/binary/test_budget.py", "tests/binary/test_symbols.py"])

    def test_a_single_test_is_found_by_its_name(self) -> None:
        name = "test_a_single_test_is_found_by_its_name"
        self.assertEqual(self.find(name), [f"tests/builds/test_make.py::Finding.{name}"])

    def test_a_name_that_matches_nothing_lists_names_like_it(self) -> None:
        done = run("tests/run.py", "--find", "jsn")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no test is named 'jsn'", done.stderr)
        self.assertIn("json", done.stderr)


class Running(Builds):
    """tests/run.py."""

    def test_a_program_that_crashes_counts_as_failed(self) -> None:
        program = self.directory / "crash"
        program.write_text("#!/bin/sh\necho 1..2\necho 'ok 1 - one'\nkill -9 $$\n")
        program.chmod(0o755)
        done = run("tests/run.py", program)
        self.assertEqual(done.returncode, 1)
        self.assertIn("1 of 2 planned tests reported\n", done.stdout)
        self.assertTrue(done.stdout.endswith("\n1 passed, 1 failed\n"), done.stdout)

    def test_programs_have_the_usual_signals_though_the_shell_ignores_some(self) -> None:
        """As nohup and a shell's background do."""
        program = self.directory / "interrupted"
        program.write_text("#!/bin/sh\necho 1..1\n(kill -INT $$; kill -HUP $$; echo 'ok 1 - it')\n")
        program.chmod(0o755)
        ignoring = 'trap "" INT HUP; exec "$@"'
        alone = run("sh", "-c", ignoring, "sh", program)
        self.assertIn("ok 1 - it", alone.stdout)  # the shell's programs ignore the signals
        done = run("sh", "-c", ignoring, "sh", "tests/run.py", program)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "exit status -[12]\n")

    def test_each_result_says_how_many_are_done_of_how_many(self) -> None:
        programs = []
        for name in ("one", "two"):
            program = self.directory / name
            program.write_text("#!/bin/sh\necho 1..1\necho 'ok 1 - it'\n")
            program.chmod(0o755)
            programs.append(program)
        out = self.succeed("tests/run.py", *programs)
        self.assertRegex(
            out, r"\A\[1/2\] .*: 1 passed, 0 failed .*\n\[2/2\] .*\n2 passed, 0 failed\n\Z")
