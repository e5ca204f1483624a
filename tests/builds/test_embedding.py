# SPDX-License-Identifier: MIT
"""The Zephyr module and the ESP-IDF component: their files are well-formed, and their sources compile.

The real trees are not here. Stubs of their headers and of their functions of CMake stand for them;
lwIP's headers are the real ones. mbedTLS is as its makers configure it.
"""

import json
import os
import re
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.building import Builds, run
from harness.places import JSMN, LWIP, MBEDTLS, ROOT

ZEPHYR = ROOT / "port" / "zephyr"
ESP_IDF = ROOT / "port" / "esp-idf"
STUBS = ROOT / "tests" / "port"
WARNINGS = ("-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wvla", "-Werror")
# As the ESP32-C3 has; the C library's headers are newlib's.
RISCV = ("clang", "--target=riscv32-unknown-elf", "-march=rv32imc", "-mabi=ilp32", "-isystem",
         os.environ.get("NEWLIB_INCLUDE", "/usr/include/newlib"))
MODULE_KEYS = {"name", "build"}
COMPONENT_KEYS = {"version", "description", "license", "dependencies"}
# The symbols of Zephyr that port/zephyr/Kconfig asks for.
ZEPHYR_SYMBOLS = ("NETWORKING", "NET_TCP", "NET_SOCKETS", "DNS_RESOLVER", "MBEDTLS", "CSPRNG_ENABLED")


def read(kind: str, path: Path) -> "dict[str, object]":
    """Returns what a file of Kconfig or YAML holds."""
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else "python3"
    done = run(python, ROOT / "tests/builds/read_embedding.py", kind, path)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return dict(json.loads(done.stdout))


def described(folder: Path, symbols: dict[str, str]) -> dict[str, list[str]]:
    """Returns what a CMakeLists.txt asks for, by its kind."""
    done = run("cmake", f"-DLIST={folder / 'CMakeLists.txt'}", f"-DPGTASK_JSMN_DIR={JSMN}",
               *(f"-DCONFIG_{name}={value}" for name, value in symbols.items()),
               "-P", ROOT / "tests/builds/describe.cmake")
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    words: dict[str, list[str]] = {}
    for line in done.stderr.splitlines():
        kind, _, value = line.partition(" ")
        words.setdefault(kind, []).append(value)
    return words


def plain(define: str) -> str | None:
    """Returns a definition as CMake's generator expressions leave it, or None if they drop it."""
    match = re.fullmatch(r"\$<\$<NOT:\$<BOOL:(.*)>>:(.*)>", define)
    return define if not match else match[2] if match[1] in ("", "n") else None


class Embedding(Builds):
    def symbols(self, root: str) -> dict[str, str]:
        """Returns the symbols of pgtask and their values in a Kconfig."""
        path = self.directory / "Kconfig"
        path.write_text(root, "ascii")
        kconfig = read("kconfig", path)
        self.assertEqual(kconfig["warnings"], [])
        return {name: value for name, value in kconfig["symbols"].items()
                if name.startswith("PGTASK")}

    def compile_all(self, words: dict[str, list[str]], compiler: tuple[str, ...],
                    *options: str | Path) -> None:
        defines = [f"-D{one}" for define in words["define"] if (one := plain(define))]
        includes = [word for path in words["include"]
                    for word in ("-isystem" if Path(path) == JSMN else "-I", path)]
        folders = [path for path in words["include"] if not Path(path).is_dir()]
        self.assertEqual(folders, [])

        def compiled(source: str) -> "tuple[str, str]":
            goal = ("-c", "-o", "/dev/null") if "/port/" in source else ("-fsyntax-only",)
            done = run(*compiler, *WARNINGS, *goal, *defines, *includes, *options,
                       "-isystem", MBEDTLS / "include", source)
            return source, done.stderr if done.returncode != 0 else ""

        with ThreadPoolExecutor(2) as pool:
            for source, said in pool.map(compiled, words["source"]):
                self.assertEqual(said, "", source)

    def check_sources(self, words: dict[str, list[str]], folder: str) -> None:
        """Every file of these folders is compiled, and nothing else."""
        expected = {str(path) for pattern in ("src/*.c", "port/mbedtls/*.c", "port/sockets/*.c",
                                              f"port/{folder}/*.c") for path in ROOT.glob(pattern)}
        self.assertEqual({str(Path(path).resolve()) for path in words["source"]}, expected)


class Zephyr(Embedding):
    def zephyr_symbols(self, *more: str) -> dict[str, str]:
        known = "".join(f"config {name}\n\tdef_bool y\n" for name in ZEPHYR_SYMBOLS)
        return self.symbols(f'{known}\nsource "{ZEPHYR / "Kconfig"}"\n' + "\n".join(more))

    def test_the_module_names_files_that_are_there(self) -> None:
        module = read("yaml", ZEPHYR / "zephyr/module.yml")
        self.assertEqual(set(module), MODULE_KEYS)
        self.assertEqual(module["name"], "pgtask")
        self.assertTrue((ZEPHYR / module["build"]["cmake"] / "CMakeLists.txt").is_file())
        self.assertTrue((ZEPHYR / module["build"]["kconfig"]).is_file())

    def test_kconfig_names_only_what_it_defines_and_zephyr_has(self) -> None:
        text = (ZEPHYR / "Kconfig").read_text("ascii")
        conditions = " ".join(re.findall(r"(?:depends on|if) (.*)", text))
        self.assertEqual(set(re.findall(r"[A-Z][A-Z_0-9]+", conditions)),
                         {"PGTASK", *ZEPHYR_SYMBOLS})
        self.assertEqual(self.zephyr_symbols()["PGTASK"], "n")
        chosen = self.zephyr_symbols("config TEST\n\tdef_bool y\n\tselect PGTASK\n")
        self.assertEqual((chosen["PGTASK"], chosen["PGTASK_WATCH_TASKS"],
                          chosen["PGTASK_ERROR_TEXTS"]), ("y", "4", "y"))

    def test_without_the_option_nothing_is_built(self) -> None:
        self.assertEqual(described(ZEPHYR, {}), {})

    def test_its_sources_compile_for_riscv32(self) -> None:
        chosen = self.zephyr_symbols("config TEST\n\tdef_bool y\n\tselect PGTASK\n")
        words = described(ZEPHYR, {**chosen, "PGTASK_JSMN_DIR": str(JSMN)})
        self.check_sources(words, "zephyr")
        self.assertEqual((words["library"], words["link"]), (["pgtask"], ["mbedTLS"]))
        self.assertIn("PGTASK_WATCH_TASKS=4", words["define"])
        self.compile_all(words, RISCV, f"-I{STUBS / 'zephyr'}")

    def test_the_port_compiles_with_the_names_before_zephyr_4_4_too(self) -> None:
        for source in (ZEPHYR / "zephyr_port.c", ROOT / "port/sockets/sockets_stream.c"):
            self.succeed(*RISCV, *WARNINGS, "-c", "-o", "/dev/null", "-DSTUB_OLD_NAMES", "-Iinclude",
                         "-Iport/sockets", f"-I{ZEPHYR}", f"-I{STUBS / 'zephyr'}", source)


class EspIdf(Embedding):
    def test_the_component_has_the_version_of_the_library(self) -> None:
        component = read("yaml", ESP_IDF / "idf_component.yml")
        self.assertEqual(set(component), COMPONENT_KEYS)
        header = (ROOT / "include/pgtask/version.h").read_text("ascii")
        self.assertIn(f'#define PGTASK_VERSION "{component["version"]}"', header)

    def test_its_sources_compile_for_riscv32_with_the_headers_of_lwip(self) -> None:
        chosen = self.symbols(f'source "{ESP_IDF / "Kconfig"}"\n')
        self.assertEqual((chosen["PGTASK_STEPS"], chosen["PGTASK_RAW_TEXTS"]), ("8", "n"))
        words = described(ESP_IDF, chosen)
        self.check_sources(words, "esp-idf")
        self.assertIn("mbedtls", words["link"])
        own = {**words, "source": [path for path in words["source"] if "/port/" in path]}
        self.compile_all(own, RISCV, "-isystem", STUBS / "lwip", "-isystem", LWIP / "src/include",
                         "-isystem", ROOT / "port/lwip", "-idirafter", STUBS / "esp-idf")

    def test_the_folder_may_be_a_link_which_names_the_component(self) -> None:
        link = self.directory / "components" / "pgtask"
        link.parent.mkdir()
        link.symlink_to(ESP_IDF)
        words = described(link, self.symbols(f'source "{ESP_IDF / "Kconfig"}"\n'))
        self.check_sources(words, "esp-idf")

    def test_a_missing_jsmn_is_told(self) -> None:
        done = run("cmake", f"-DLIST={ESP_IDF / 'CMakeLists.txt'}", "-DPGTASK_JSMN_DIR=/nowhere",
                   "-P", ROOT / "tests/builds/describe.cmake")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/nowhere/jsmn.h is missing", done.stderr)


if __name__ == "__main__":
    unittest.main()
