# SPDX-License-Identifier: MIT
"""The packages for OpenWrt, Buildroot and Yocto: read, built and installed with stubs of these systems.

Each test runs the package's own commands. By default make only says what it would compile (-n), and
the client of this build takes the place of what comes out; with SLOW=1 it is compiled, and linked
with an unmodified mbedTLS 3.6: `make test-packages`.
"""

import hashlib
import os
import re
import shutil
import stat
import subprocess
import tarfile
import unittest
from pathlib import Path

from builds.bitbake import Recipe
from harness.building import LIMIT_S, Builds
from harness.places import BUILD, JSMN, MBEDTLS, ROOT
from harness.service import LONG_TERM, RunningSimulator, certificates

OPENWRT = ROOT / "port/openwrt/pgtask"
BUILDROOT = ROOT / "port/buildroot"
LAYER = ROOT / "port/yocto/meta-pgtask"
STUBS = ROOT / "tests/builds"
STOCK = BUILD / "stock"
IS_SLOW = os.environ.get("SLOW") == "1"
COMPILER = os.environ.get("CC", "cc")
VERSION = re.search(r'#define PGTASK_VERSION "(.*)"',
                    (ROOT / "include/pgtask/version.h").read_text("ascii"))[1]
PC = """prefix={prefix}
Name: {name}
Description: a stock mbedTLS
Version: 3.6
Cflags: -I${{prefix}}/usr/include
Libs: -L${{prefix}}/usr/lib -l{name}
"""


class Package(Builds):
    def setUp(self) -> None:
        super().setUp()
        self.root = self.directory / "root"
        self.staging = self.directory / "staging_dir"
        self.prepare_staging()

    def prepare_staging(self) -> None:
        """A staging folder as these systems have one: the headers of mbedTLS and jsmn, and libraries."""
        include, library = self.staging / "usr/include", self.staging / "usr/lib"
        shutil.copytree(MBEDTLS / "include", include)
        shutil.copy(JSMN / "jsmn.h", include)
        (library / "pkgconfig").mkdir(parents=True)
        for name in ("mbedtls", "mbedx509", "mbedcrypto"):
            if IS_SLOW:
                shutil.copy(STOCK / "libmbedtls.so", library / f"lib{name}.so")
            text = PC.format(prefix=self.staging, name=name)
            (library / "pkgconfig" / f"{name}.pc").write_text(text, "ascii")

    def run_in(self, where: Path, *command: str | Path, **more: str) -> str:
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "BUILD", "MBEDTLS_DIR")}
        environment["PKG_CONFIG_PATH"] = str(self.staging / "usr/lib/pkgconfig")
        done = subprocess.run([str(word) for word in command], cwd=where, text=True,
                              env={**environment, **more}, stdin=subprocess.DEVNULL,
                              capture_output=True, check=False, timeout=LIMIT_S)
        self.assertEqual(done.returncode, 0, f"{done.stdout}\n{done.stderr}"[-4000:])
        return done.stdout

    def check_compile(self, said: str, program: Path) -> None:
        """The commands compile and link against the staging folder; the program is in its place."""
        if not IS_SLOW:
            lines = said.splitlines()
            include, library = f"-I{self.staging}/usr/include ", f"-L{self.staging}/usr/lib "
            self.assertTrue(any(include in line and line.endswith("src/json.c") for line in lines))
            self.assertTrue(any(re.search(r" -o \S*pgtask ", line) and library in line and
                                "-lmbedtls" in line and "-Wl,-z,now " in line for line in lines))
            program.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(BUILD / "pgtask", program)
        self.assertTrue(os.access(program, os.X_OK))

    def check_installed(self, *files: str) -> None:
        """Exactly these files are installed, and the program lists tasks over TLS."""
        found = {f"{stat.S_IMODE(path.stat().st_mode):04o} {path.relative_to(self.root)}"
                 for path in self.root.rglob("*") if path.is_file()}
        self.assertEqual(found, set(files))
        with RunningSimulator(past=20) as simulator:
            listed = self.run_in(
                self.directory, self.root / "usr/bin/pgtask", "list", "--all", "--connect",
                f"127.0.0.1:{simulator.port}", "--ca-file", certificates() / "ca.pem", "--region",
                "ap-guangzhou", LD_LIBRARY_PATH=str(self.staging / "usr/lib"),
                TENCENTCLOUD_SECRET_ID=LONG_TERM.secret_id,
                TENCENTCLOUD_SECRET_KEY=LONG_TERM.secret_key)
        self.assertGreater(len(listed.splitlines()), 20)


class OpenWrt(Package):
    def make(self, *goals: str) -> str:
        return self.run_in(OPENWRT, "make", "--no-print-directory", f"TOPDIR={STUBS}/openwrt",
                           f"STUB={self.directory}", f"COMPILER={COMPILER}",
                           f"PGTASK_SOURCE={ROOT}", *goals)

    def make_archive(self) -> None:
        """The source of jsmn, as it is downloaded: OpenWrt has no package of it."""
        (self.staging / "usr/include/jsmn.h").unlink()
        downloads = self.directory / "dl"
        downloads.mkdir()
        with tarfile.open(downloads / "jsmn-1.1.0.tar.gz", "w:gz") as archive:
            archive.add(JSMN / "jsmn.h", "jsmn-1.1.0/jsmn.h")

    def test_its_fields_are_those_of_this_version(self) -> None:
        self.assertEqual(self.make("tell"),
                         f"pgtask {VERSION} utils Utilities +libmbedtls +ca-bundle\n")
        self.assertRegex(self.make("download"), r"\Ahttps://\S+/jsmn-1\.1\.0\.tar\.gz [0-9a-f]{64}\n\Z")
        self.assertEqual(self.make("conffiles").split(),
                         ["/etc/config/pgtask", "/etc/pgtask/credentials"])

    def test_it_builds_and_installs_a_client_and_a_service(self) -> None:
        self.make_archive()
        self.make("prepare")
        tree = self.directory / f"build_dir/pgtask-{VERSION}"
        self.assertFalse((tree / "build").exists() or (tree / "deps").exists())
        self.check_compile(self.make("compile", *([] if IS_SLOW else ["-n"])), tree / "build/pgtask")
        self.make("install")
        self.check_installed("0755 usr/bin/pgtask", "0755 etc/init.d/pgtask-led",
                             "0600 etc/config/pgtask", "0600 etc/pgtask/credentials")

    def test_the_service_starts_after_the_script_of_openwrt_that_sets_leds(self) -> None:
        """OpenWrt's /etc/init.d/led has START=96."""
        script = (ROOT / "examples/service/pgtask-led.init").read_text("ascii")
        self.assertGreater(int(re.search(r"^START=(\d+)$", script, re.MULTILINE)[1]), 96)
        options = set(re.findall(r"config_get \w+ led (\w+)", script))
        config = (OPENWRT / "files/pgtask.config").read_text("ascii")
        self.assertLessEqual(set(re.findall(r"option (\w+) ", config)), options)


class Buildroot(Package):
    def make(self, *goals: str) -> str:
        return self.run_in(self.directory, "make", "--no-print-directory", "-f",
                           STUBS / "buildroot.mk", f"STUB={self.directory}",
                           f"COMPILER={COMPILER}", f"BR2_EXTERNAL_PGTASK_PATH={BUILDROOT}", *goals)

    def test_the_external_tree_is_whole(self) -> None:
        desc = dict(line.split(": ", 1)
                    for line in (BUILDROOT / "external.desc").read_text("ascii").splitlines())
        self.assertEqual(desc["name"], "PGTASK")
        self.assertIn("package/pgtask/Config.in", (BUILDROOT / "Config.in").read_text("ascii"))
        config = (BUILDROOT / "package/pgtask/Config.in").read_text("ascii")
        self.assertEqual(self.make("tell"), f"{VERSION} local jsmn mbedtls\n")
        for package in ("JSMN", "MBEDTLS", "CA_CERTIFICATES"):
            self.assertIn(f"\tselect BR2_PACKAGE_{package}\n", config)

    def test_it_builds_and_installs_a_client_and_its_services(self) -> None:
        tree = self.directory / "pgtask"
        said = self.make("build", *([] if IS_SLOW else ["DRY=MAKEFLAGS=n"]))
        self.assertFalse((tree / "deps/mbedtls").exists())
        self.check_compile(said, tree / "build/pgtask")
        self.make("install", "sysv", "systemd")
        self.check_installed("0755 usr/bin/pgtask", "0755 etc/init.d/S60pgtask-led",
                             "0644 usr/lib/systemd/system/pgtask-led.service")
        unit = (self.root / "usr/lib/systemd/system/pgtask-led.service").read_text("ascii")
        self.assertIn("ExecStart=/usr/bin/pgtask led ", unit)

    def script(self, word: str) -> "tuple[int, str]":
        """Runs the init script. A stub of start-stop-daemon prints its arguments."""
        tools = self.directory / "tools"
        tools.mkdir(exist_ok=True)
        stub = tools / "start-stop-daemon"
        stub.write_text('#!/bin/sh\necho "$@ $TENCENTCLOUD_REGION $TENCENTCLOUD_CREDENTIALS_FILE"\n')
        stub.chmod(0o755)
        done = subprocess.run(
            [BUILDROOT / "package/pgtask/S60pgtask-led", word], check=False, text=True, timeout=30,
            capture_output=True, env={"PATH": f"{tools}:{os.environ['PATH']}",
                                      "FOLDER": str(self.directory / "etc"),
                                      "PIDFILE": str(self.directory / "pid")})
        return done.returncode, done.stdout

    def test_the_script_waits_for_its_files_and_keeps_the_key_off_the_command_line(self) -> None:
        self.assertEqual(self.script("start"), (0, ""))
        etc = self.directory / "etc"
        etc.mkdir()
        (etc / "led.env").write_text("TENCENTCLOUD_REGION=ap-guangzhou\nPGTASK_INSTANCE=postgres-x\n"
                                     "PGTASK_LED=sysfs:green:status\n")
        self.assertEqual(self.script("start"), (0, ""))
        (etc / "credentials").write_text("[default]\nsecret_id = AKIDx\nsecret_key = TheKey\n")
        code, said = self.script("start")
        self.assertEqual(code, 0)
        self.assertIn(f"-- led --instance postgres-x --led sysfs:green:status ap-guangzhou "
                      f"{etc}/credentials\nOK\n", said)
        self.assertNotIn("TheKey", said)
        self.assertIn("--signal HUP", self.script("reload")[1])
        self.assertIn("--stop", self.script("restart")[1])
        self.assertEqual(self.script("dance")[0], 1)


class Yocto(Package):
    def recipe(self, name: str) -> Recipe:
        work = self.directory / "work"
        path = next(LAYER.glob(f"recipes-pgtask/{name}/{name}_*.bb"))
        return Recipe(
            path, S=str(ROOT), B=str(work / "build"), D=str(self.root), WORKDIR=str(work),
            STAGING_INCDIR=str(self.staging / "usr/include"), bindir="/usr/bin",
            includedir="/usr/include", systemd_system_unitdir="/usr/lib/systemd/system",
            CC=COMPILER, AR="ar", CFLAGS="-O1", CPPFLAGS="-D_GNU_SOURCE", LDFLAGS="-Wl,-z,now")

    def do(self, recipe: Recipe, task: str) -> str:
        make = "make --no-print-directory" + ("" if IS_SLOW else " -n")
        body = recipe.expand(recipe.functions[task])
        return self.run_in(self.directory, "sh", "-euc", f'oe_runmake() {{ {make} "$@"; }}\n{body}')

    def test_the_layer_finds_its_recipes(self) -> None:
        layer = Recipe(LAYER / "conf/layer.conf", LAYERDIR=str(LAYER), BBPATH="", BBFILES="",
                       BBFILE_COLLECTIONS="")
        pattern = layer["BBFILES"].strip().removeprefix(f"{LAYER}/")
        found = sorted(path.name for path in LAYER.glob(pattern))
        self.assertEqual(found, ["jsmn_1.1.0.bb", f"pgtask_{VERSION}.bb"])
        self.assertEqual(layer["LAYERDEPENDS_pgtask"], "core networking-layer")

    def test_licence_and_dependencies(self) -> None:
        recipe = self.recipe("pgtask")
        file, digest = re.fullmatch(r"file://(\w+);sha256=(\w+)",
                                    recipe["LIC_FILES_CHKSUM"]).groups()
        self.assertEqual(hashlib.sha256((ROOT / file).read_bytes()).hexdigest(), digest)
        self.assertEqual(recipe["DEPENDS"], "jsmn mbedtls")
        self.assertEqual(recipe.classes, ["externalsrc", "pkgconfig", "systemd"])
        self.assertEqual(recipe["SYSTEMD_SERVICE:pgtask"], "pgtask-led.service")
        jsmn = self.recipe("jsmn")
        self.assertRegex(jsmn["SRC_URI[sha256sum]"], r"\A[0-9a-f]{64}\Z")
        self.assertIn("/v1.1.0/jsmn-1.1.0.tar.gz", jsmn["SRC_URI"])

    def test_it_builds_and_installs_a_client_and_a_unit(self) -> None:
        recipe = self.recipe("pgtask")
        program = Path(recipe["B"]) / "pgtask"
        self.check_compile(self.do(recipe, "do_compile"), program)
        self.do(recipe, "do_install")
        self.check_installed("0755 usr/bin/pgtask", "0644 usr/lib/systemd/system/pgtask-led.service")
        unit = (self.root / "usr/lib/systemd/system/pgtask-led.service").read_text("ascii")
        self.assertIn("ExecStart=/usr/bin/pgtask led ", unit)

    def test_jsmn_installs_its_header(self) -> None:
        recipe = self.recipe("jsmn")
        recipe.values["S"] = str(JSMN)
        self.do(recipe, "do_install")
        self.assertEqual((self.root / "usr/include/jsmn.h").read_bytes(),
                         (JSMN / "jsmn.h").read_bytes())


if __name__ == "__main__":
    unittest.main()
