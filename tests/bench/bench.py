# SPDX-License-Identifier: MIT
"""Measures the library and two peers, and checks the bounds.

    PYTHONPATH=tests python3 -m bench.bench BUILD       (`make bench` does it)

It prints tables and writes BUILD/bench.json. The exit status is 1 if a bound is missed, if decoders
disagree on what an answer says, or if something cannot be measured.
"""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import bounds, callgrind, handshake, inputs, tables

EXAMPLE = Path(__file__).parents[1] / "data/examples/example3_by_instance_response.json"
HASH = "mbedtls_internal_sha256_process"
SLICE = 1460  # bytes of a full TCP segment
WHOLE = 0
SLICED = [("pgtask", SLICE), ("pgtask", 256)]
SMALL_SLICED = [("pgtask", 64), ("pgtask", 1)]
PEERS = [("jsmn", WHOLE), ("jsmn-strict", WHOLE), ("cjson", WHOLE)]


def fail(sentence):
    sys.exit(f"bench: {sentence}")


def output_of(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fail(f"`{' '.join(map(str, command))}` failed: {done.stderr.strip()}")
    return done.stdout


class Bench:
    def __init__(self, build):
        self.build = build
        self.folder = build / "tests/bench"
        self.answers = {
            "example": inputs.example(EXAMPLE),
            "page": inputs.page(EXAMPLE),
            "served": inputs.served(EXAMPLE),
            "awkward": inputs.awkward(EXAMPLE),
        }
        self.responses = inputs.responses(self.answers["example"])
        for name, answer in self.answers.items():
            (self.folder / f"{name}.json").write_bytes(answer)
        for number, (_, response, _) in enumerate(self.responses):
            (self.folder / f"{number}.http").write_bytes(response)

    def count(self, program, *arguments, function=""):
        return callgrind.count(self.folder / program, arguments, self.folder, function)

    def reading(self, answer, decoder, slice_bytes, detail):
        """Returns what a decoder made of an answer: tasks, TotalCount, checksum, peak of memory."""
        arguments = (f"{answer}.json", decoder, str(slice_bytes), str(int(detail)), "0")
        text = output_of("./bench_decode", *arguments, cwd=self.folder)
        tasks, total_count, checksum, peak_bytes = text.split()
        return int(tasks), int(total_count), checksum, int(peak_bytes)

    def check_agreement(self):
        for name, answer in self.answers.items():
            tasks = len(json.loads(answer)["Response"]["TaskSet"])
            for detail in (False, True):
                readings = {
                    self.reading(name, *decoder, detail)[:3]
                    for decoder in SLICED + SMALL_SLICED + PEERS
                }
                if len(readings) != 1 or readings.pop()[0] != tasks:
                    fail(f"the decoders do not agree on {self.folder / name}.json")

    def decode(self, answer, decoder, slice_bytes, detail):
        arguments = (f"{answer}.json", decoder, str(slice_bytes), str(int(detail)))
        length = len(self.answers[answer])
        tasks, _, _, peak_bytes = self.reading(answer, decoder, slice_bytes, detail)
        return {
            "tasks": tasks,
            "bytes": length,
            "detail": detail,
            "decoder": decoder,
            "slice": slice_bytes,
            "instructions_per_byte": self.count("bench_decode", *arguments).instructions / length,
            "peak_bytes": peak_bytes,
        }

    def sign(self, which):
        counts = self.count("bench_sign", which, function=HASH)
        if counts.calls == 0:
            fail(f"callgrind saw no call of {HASH}: was it inlined?")
        return {
            "request": which,
            "compressions": counts.calls,
            "instructions": counts.instructions,
        }

    def http(self, number):
        name, _, bounded = self.responses[number]
        file = f"{number}.http"
        body_bytes = int(output_of("./bench_http", file, str(SLICE), "0", cwd=self.folder))
        if body_bytes != len(self.answers["example"]):
            fail(f"the response {name} was not decoded whole")
        counts = self.count("bench_http", file, str(SLICE))
        return {"response": name, "instructions": counts.instructions, "bounded": bounded}

    def watch(self, build, which):
        """Counts one poll over 100 running tasks. How many have a slot is up to the build."""
        folder = build / "tests/bench"
        slots, events = output_of("./bench_watch", which, "0", cwd=folder).split()
        counts = callgrind.count(folder / "bench_watch", (which,), folder)
        return {
            "slots": int(slots),
            "which": which,
            "events": int(events),
            "instructions": counts.instructions,
        }

    def struct_sizes(self):
        """Reads the sizes of structs from arrays of the same length, for 64 and for 32 bits."""
        sizes = {}
        for bits, name in ((64, "sizes.o"), (32, "sizes32.o")):
            object_file = self.folder / name
            if not object_file.exists():
                continue
            for line in output_of("nm", "-S", object_file).splitlines():
                fields = line.split()
                if fields[-1].startswith("size_of_"):
                    struct = fields[-1].removeprefix("size_of_")
                    sizes.setdefault(struct, {})[bits] = int(fields[1], 16)
        arena = output_of("nm", "-S", self.build / "port/mbedtls/arena.o")
        sizes["arena"] = {
            64: int(line.split()[1], 16) for line in arena.splitlines() if line.endswith(" arena")
        }
        return sizes

    def program(self, optimize, path):
        stripped = self.folder / f"pgtask{optimize}.stripped"
        output_of("strip", "-o", stripped, path)
        sections = output_of("size", path).splitlines()[1].split()[:3]
        return {
            "optimize": optimize,
            "stripped_bytes": stripped.stat().st_size,
            **dict(zip(("text", "data", "bss"), map(int, sections))),
        }

    def measure(self):
        self.check_agreement()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            cases = [
                (answer, *decoder, detail)
                for answer in ("page", "example")
                for detail in (False, True)
                for decoder in SLICED + (SMALL_SLICED if answer == "example" else []) + PEERS
            ]
            decoded = [pool.submit(self.decode, *case) for case in cases]
            served = pool.submit(self.decode, "served", "pgtask", SLICE, True)
            signed = [pool.submit(self.sign, which) for which in ("first", "next")]
            watched = [
                pool.submit(self.watch, build, which)
                for build in (self.build, self.build / "slots")
                for which in ("still", "moving")
            ]
            answered = [pool.submit(self.http, number) for number in range(len(self.responses))]
            return {
                "decode": [future.result() for future in decoded],
                "served": served.result(),
                "sign": [future.result() for future in signed],
                "http": [future.result() for future in answered],
                "watch": [future.result() for future in watched],
                "handshake": handshake.measure(self.folder),
                "pulse": handshake.measure(self.build / "pulse/tests/bench"),
                "sizes": self.struct_sizes(),
                "program": [
                    self.program(os.environ.get("OPTIMIZE", "-O2"), self.build / "pgtask"),
                    self.program("-Os", self.build / "small/pgtask"),
                ],
            }


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python3 -m bench.bench BUILD")
    if shutil.which("valgrind", path=callgrind.ENVIRONMENT["PATH"]) is None:
        fail("valgrind is not installed: run `port/build/deps.sh bench`")
    build = Path(sys.argv[1]).resolve()
    compiler = output_of(os.environ.get("CC", "gcc"), "--version").splitlines()[0]
    figures = Bench(build).measure()
    figures["compiler"] = f"{compiler} {os.environ.get('OPTIMIZE', '-O2')}"
    figures["bounds"] = bounds.check(figures)
    # The tables are made from what is read back, so that a README made from the file agrees.
    (build / "bench.json").write_text(json.dumps(figures, indent=1) + "\n")
    figures = json.loads((build / "bench.json").read_text())
    print(tables.as_text(figures))
    missed = [bound for bound in figures["bounds"] if not bound["met"]]
    for bound in missed:
        print(f"bench: missed: {bound['sentence']}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
