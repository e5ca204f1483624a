# SPDX-License-Identifier: MIT
"""Every option of include/pgtask/config.h and of port/mbedtls builds without a warning, and works."""

import json
import os
import re
import subprocess
from pathlib import Path

from harness.building import Builds, run
from harness.places import BUILD, ROOT
from harness.service import LONG_TERM, RunningSimulator, certificates

# The smallest and the largest value of each size. A text of 1 byte keeps nothing.
SIZES = {
    "PGTASK_JSON_WINDOW_BYTES": (64, 32000),
    "PGTASK_DETAIL_WINDOW_BYTES": (64, 32000),
    "PGTASK_BUFFER_BYTES": (512, 16384), "PGTASK_SEEN_TASKS": (1, 100),
    "PGTASK_STEPS": (1, 255), "PGTASK_RESTORE_OBJECTS": (1, 255),
    "PGTASK_ALL_STEPS_BYTES": (1, 65536), "PGTASK_INPUT_BYTES": (1, 65536),
    "PGTASK_OUTPUT_BYTES": (1, 65536), "PGTASK_NAME_BYTES": (1, 255),
    "PGTASK_TIME_BYTES": (1, 255), "PGTASK_MESSAGE_BYTES": (1, 4096),
    "PGTASK_OBJECT_BYTES": (1, 255), "PGTASK_ERROR_MESSAGE_BYTES": (1, 4096),
    "PGTASK_HTTP_HEAD_BYTES": (512, 65536), "PGTASK_SESSION_BYTES": (256, 16384),
    "PGTASK_PEM_ROOT_BYTES": (256, 16384),
    "PGTASK_EARLIEST_UNIX_S": (0, 1793491200), "PGTASK_WATCH_TASKS": (1, 100),
    "PGTASK_TURN_BYTES": (64, 65536), "PGTASK_TLS_IDLE_BYTES": (32768, 1048576),
    "PGTASK_PROXY": (0, 1), "PGTASK_FALLBACK_ENDPOINT": (0, 1),
    "PGTASK_ERROR_TEXTS": (0, 1), "PGTASK_EMBEDDED_JSON": (0, 1),
    "PGTASK_NUMBER_NOTATIONS": (0, 1), "PGTASK_TIME_ZONES": (0, 1),
}
# These tests hold for every size.
SIZE_FREE_TESTS = ("cli_hook", "http_body", "json", "query", "tc3", "text")
# These tests hold for a build with small records too.
TLS_TESTS = ("tls", "tls_arena", "tls_chain", "tls_chain_cost", "tls_chain_extensions",
             "tls_chain_names", "tls_flood", "tls_session", "tls_stream", "tls_turns")
PROGRAMS = ("pgtask", "minimal")


def defines(values: dict[str, object]) -> str:
    return " ".join(f"-D{name}={value}" for name, value in values.items())


def sizes(which: int) -> dict[str, object]:
    return {name: limits[which] for name, limits in SIZES.items()}


class Options(Builds):
    def build(self, name: str, values: str, *goals: str, **variables: str) -> Path:
        return self.make(f"options/{name}", *PROGRAMS, *goals, CFLAGS=values, OPTIMIZE="-O1",
                         **variables)

    def build_sizes(self, name: str, values: str, *goals: str) -> Path:
        """Builds with one archive of mbedTLS for all, because sizes of the library do not change it."""
        return self.build(name, values, *goals, MBEDTLS_LIB=str(BUILD / "libmbedtls.a"))

    def list_all(self, pgtask: Path, tls: str) -> "subprocess.CompletedProcess[str]":
        with RunningSimulator(past=120, tls=tls) as simulator:
            return self.list_all_of(pgtask, simulator)

    def list_all_of(self, pgtask: Path,
                    simulator: RunningSimulator) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(pgtask), "list", "--all", "--output", "jsonl", "--region", "ap-guangzhou",
             "--connect", f"127.0.0.1:{simulator.port}",
             "--ca-file", str(certificates() / "ca.pem")],
            env={"PATH": os.environ["PATH"],
                 "TENCENTCLOUD_SECRET_ID": LONG_TERM.secret_id,
                 "TENCENTCLOUD_SECRET_KEY": LONG_TERM.secret_key},
            capture_output=True, text=True, check=False, timeout=60)

    def assert_lists(self, build: Path, *versions: str) -> None:
        for version in versions:
            done = self.list_all(build / "pgtask", version)
            with self.subTest(tls=version):
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                ids = [json.loads(line)["TaskId"] for line in done.stdout.splitlines()]
                self.assertGreaterEqual(len(ids), 120)
                self.assertEqual(len(ids), len(set(ids)))

    def test_every_size_is_tried(self) -> None:
        text = (ROOT / "include/pgtask/config.h").read_text("utf-8")
        self.assertEqual(set(re.findall(r"#ifndef (PGTASK_(?!CONFIG_H)\w+)", text)), set(SIZES))

    def test_a_size_outside_its_range_does_not_compile(self) -> None:
        for name, value in [(name, limits[0] - 1) for name, limits in SIZES.items()] + [
                ("PGTASK_SESSION_BYTES", 16385), ("PGTASK_WATCH_TASKS", 101)]:
            done = run(os.environ.get("CC", "cc"), "-fsyntax-only", "-xc", "-Iinclude",
                       f"-D{name}={value}", "include/pgtask/config.h")
            with self.subTest(name):
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(f"{name} is", done.stderr)

    def test_without_tls_1_3(self) -> None:
        self.assert_lists(self.build("tls12", "-DPGTASK_TLS13=0"), "1.2")

    def test_without_x25519(self) -> None:
        self.assert_lists(self.build("p256", "-DPGTASK_TLS_X25519=0"), "1.2", "1.3")

    def test_records_of_4096_bytes(self) -> None:
        values = {"PGTASK_TLS13": 0, "PGTASK_TLS_RECORD": 4096}
        goals = [f"tests/unit/test_{room}" for room in TLS_TESTS]
        build = self.build("record", defines(values), *goals)
        self.assert_lists(build, "1.2")
        for goal in goals:
            with self.subTest(goal):
                self.succeed(build / goal)

    def test_pulse(self) -> None:
        tests = [f"tests/unit/test_{room}" for room in ("port", "tls_pulse", "tls_turns")]
        build = self.build("pulse", "-DPGTASK_PULSE=1", *tests)
        self.assert_lists(build, "1.2", "1.3")
        few = self.build("few_pulses", "-DPGTASK_PULSE=1 -DPGTASK_TURN_PULSES=3", tests[1])
        for program in (*(build / test for test in tests), few / tests[1]):
            with self.subTest(program):
                self.succeed(program)

    def test_fast(self) -> None:
        self.assert_lists(self.build("fast", "-DPGTASK_TLS_FAST=1"), "1.2", "1.3")

    def test_without_measuring(self) -> None:
        self.assert_lists(self.build("unmeasured", "-DPGTASK_TLS_MEASURE=0"), "1.2", "1.3")

    def test_ecdsa_with_p_256_alone(self) -> None:
        self.assert_lists(
            self.build("ecdsa", "-DPGTASK_TLS_RSA=0 -DPGTASK_TLS_P384=0"), "1.2", "1.3")

    def test_without_p_384_rsa_is_still_there(self) -> None:
        self.assert_lists(self.build("no_p384", "-DPGTASK_TLS_P384=0"), "1.2", "1.3")

    def test_without_rsa_pss(self) -> None:
        self.assert_lists(self.build("no_pss", "-DPGTASK_TLS13=0 -DPGTASK_TLS_PSS=0"), "1.2")

    def test_without_error_texts_a_refusal_has_its_layer_code_and_message(self) -> None:
        build = self.build_sizes("texts", "-DPGTASK_ERROR_TEXTS=0")
        with RunningSimulator(past=1) as simulator:
            simulator.set_scenario(error_code="UnauthorizedOperation")
            done = self.list_all_of(build / "pgtask", simulator)
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"service.*UnauthorizedOperation.*RequestId [0-9a-f-]{36}")

    def test_without_embedded_json_notations_and_zones(self) -> None:
        goals = [f"tests/unit/test_{room}" for room in ("task_switches", "json", "json_suite")]
        switches = ("EMBEDDED_JSON", "NUMBER_NOTATIONS", "TIME_ZONES")
        build = self.build_sizes("switches", defines({f"PGTASK_{name}": 0 for name in switches}),
                                 *goals)
        self.assert_lists(build, "1.3")
        for goal in goals:
            with self.subTest(goal):
                self.succeed(build / goal)

    def test_what_tls_1_3_needs_is_asked_for_by_the_compiler(self) -> None:
        for values, words in (("PGTASK_TLS_RECORD=4096", "PGTASK_TLS_RECORD below 16384 needs"),
                              ("PGTASK_TLS_PSS=0", "PGTASK_TLS_PSS=0 needs")):
            done = run("make", "-s", f"BUILD={self.directory}", f"CFLAGS=-D{values}",
                       f"{self.directory}/src/tls.o")
            with self.subTest(values):
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(f"{words} PGTASK_TLS13=0", done.stderr)

    def run_unit_tests(self, name: str, values: str) -> Path:
        goals = [f"tests/unit/test_{room}" for room in SIZE_FREE_TESTS]
        build = self.build_sizes(name, values, *goals)
        for goal in goals:
            with self.subTest(goal):
                self.succeed(build / goal)
        return build

    def test_smallest_sizes(self) -> None:
        self.run_unit_tests("smallest", defines(sizes(0)))

    def test_largest_sizes(self) -> None:
        self.assert_lists(self.run_unit_tests("largest", defines(sizes(1))), "1.3")

    def test_a_header_of_your_own(self) -> None:
        header = self.directory / "my_config.h"
        small = {**sizes(0), "PGTASK_BUFFER_BYTES": 1024, "PGTASK_HTTP_HEAD_BYTES": 4096,
                 "PGTASK_NAME_BYTES": 24, "PGTASK_TIME_BYTES": 24, "PGTASK_PEM_ROOT_BYTES": 2048}
        header.write_text("".join(f"#define {name} {value}\n" for name, value in small.items()),
                          "ascii")
        build = self.build_sizes("header", f"-DPGTASK_CONFIG_FILE='\"{header}\"'")
        self.assert_lists(build, "1.3")
