# SPDX-License-Identifier: MIT
"""Counts how long hostile peers keep the client's caller: instructions of its longest call.

    PYTHONPATH=tests python3 -m bench.hostile BUILD        (`make bench-hostile` does it)

The peers send without pause: floods that need no key, after each record of a handshake in turn; and
records or answers without an end of a service that owns its key. Only calls with the trouble in them
count. bench.handshake counts the honest part of a handshake.
The exit status is 1 if a call exceeds its bound.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bench import callgrind
from harness.places import ROOT
from harness.service import RunningSimulator, certificates
from sim.faults import ENDLESS
from sim.records import RECORDS

# Instructions of x86-64, for all peers but two kinds: a record of 16 KB, which mbedTLS decrypts at
# once, takes most. A flood in place of the first record meets the call that makes the client's hello,
# with a key for TLS 1.3. A chain that is refused comes after the key exchange of TLS 1.3, which
# mbedTLS does not divide.
BOUND = 2_500_000
BOUND_OF_HELLO = 10_500_000
BOUND_OF_KEYS = 20_500_000
VERSIONS = ("1.2", "1.3")
FLOODS = ("warnings", "change_cipher_specs", "empty_handshakes", "empty_data", "hello_requests")
RECORDS_OF_PEER = {"1.2": 6, "1.3": 7}  # of a full handshake
HUGE_EXPONENT = "under_huge_exponent" + "+huge_exponent_middle" * 3
CALLS = 60  # of each listing
STATES = {6: "connect", 7: "handshake", 10: "send", 11: "receive"}  # enum pgtask_client_state

_CALL = re.compile(r"^desc: Trigger: Client Request: call$", re.MULTILINE)
_SUMMARY = re.compile(r"^summary: (\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Peer:
    """What a hostile peer does."""

    name: str
    kind: str  # for bench_hostile.c
    after: int = 0
    bound: int = BOUND
    certificate: str = "server"
    scenario: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """What it costs."""

    version: str
    peer: str
    state: str
    calls: int
    error: int
    longest: int
    bound: int


def peers(version: str) -> Iterator[Peer]:
    for after in range(RECORDS_OF_PEER[version] + 1):
        for flood in FLOODS:
            yield Peer(f"{flood} after {after} records", flood, after,
                       BOUND if after else BOUND_OF_HELLO)
    yield Peer("keys with huge exponents", "chain", certificate=HUGE_EXPONENT,
               bound=BOUND if version == "1.2" else BOUND_OF_KEYS)
    for where in ("answer", "between"):
        for records in RECORDS:
            yield Peer(f"owner: {records}, {where}", "owner",
                       scenario={"records": records, "records_in": where})
    for answer in ENDLESS:
        yield Peer(f"endless answer: {answer}", "owner", scenario={"endless": answer})


class Client:
    """bench_hostile under callgrind, beside a service of its own."""

    def __init__(self, program: Path, version: str) -> None:
        self._simulator = RunningSimulator(rate_limit=False, tls=version)
        self._folder = tempfile.TemporaryDirectory(prefix="pgtask-hostile-")
        self._folder_path = Path(self._folder.name)
        self._program = program
        self._version = version

    def __enter__(self) -> "Client":
        self._simulator.__enter__()
        command = ["valgrind", "--tool=callgrind", "--quiet",
                   f"--callgrind-out-file={self._folder_path}/profile", str(self._program),
                   str(self._simulator.port), str(certificates() / "ca.pem")]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=callgrind.ENVIRONMENT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()
        self._simulator.__exit__(None, None, None)
        self._folder.cleanup()

    def measure(self, peer: Peer) -> Row:
        assert self._process.stdin and self._process.stdout
        self._simulator.use_certificate(peer.certificate, self._version)
        self._simulator.set_scenario(**peer.scenario)
        self._process.stdin.write(f"{CALLS} {peer.kind} {peer.after}\n")
        self._process.stdin.flush()
        words = self._process.stdout.readline().split()
        if len(words) != 3:
            sys.exit(f"bench: bench_hostile ended at {peer.name}")
        state, calls, error = map(int, words)
        return Row(self._version, peer.name, STATES.get(state, str(state)), calls, error,
                   max(self._take_counts(), default=0), peer.bound)

    def _take_counts(self) -> list[int]:
        counts = []
        for path in self._folder_path.iterdir():
            text = path.read_text()
            if _CALL.search(text):
                counts.append(int(_SUMMARY.search(text)[1]))
            path.unlink()
        return counts


def measure(build: Path, version: str, wanted: str = "") -> list[Row]:
    """Returns a row for each peer whose name matches."""
    with Client(build / "tests/bench/bench_hostile", version) as client:
        return [client.measure(peer) for peer in peers(version) if re.search(wanted, peer.name)]


def faults(rows: list[Row]) -> list[str]:
    """Returns a sentence for each row that misses its bound."""
    return [f"{row.peer} over TLS {row.version}: {row.longest:,} instructions in one of "
            f"{row.calls} calls; must be at most {row.bound:,}"
            for row in rows if row.calls == 0 or not 0 < row.longest <= row.bound]


def main() -> int:
    build = Path(sys.argv[1]).resolve()
    with ThreadPoolExecutor(len(VERSIONS)) as pool:
        rows = sum(pool.map(lambda version: measure(build, version), VERSIONS), [])
    (build / "hostile.json").write_text(json.dumps([vars(row) for row in rows], indent=1) + "\n")
    print("the longest call of pgtask_client_next() while a peer sends without pause, instructions")
    for row in rows:
        print(f"TLS {row.version}  {row.peer:42} {row.state:9} {row.calls:3} calls  longest "
              f"{row.longest:11,}")
    for fault in faults(rows):
        print(f"bench: missed: {fault}", file=sys.stderr)
    return 1 if faults(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
