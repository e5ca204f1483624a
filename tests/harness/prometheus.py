# SPDX-License-Identifier: MIT
"""A strict reader of Prometheus's text format 0.0.4, as node_exporter's textfile collector wants it.

Each metric has one HELP and one TYPE, and after them all its samples, each once.
"""

import re
from dataclasses import dataclass

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{((?:{_LABEL})(?:,{_LABEL})*)\}})? (-?\d+(?:\.\d+)?)\Z")
_TYPES = ("counter", "gauge", "histogram", "summary", "untyped")


@dataclass(frozen=True)
class Sample:
    name: str
    pairs: tuple[tuple[str, str], ...]

    @staticmethod
    def of(name: str, **labels: str) -> "Sample":
        return Sample(name, tuple(sorted(labels.items())))

    @property
    def labels(self) -> dict[str, str]:
        return dict(self.pairs)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def _read_sample(line: str) -> tuple[Sample, str]:
    found = _SAMPLE.match(line)
    if found is None:
        raise ValueError(f"no sample: {line!r}")
    pairs = [(name, _unescape(value)) for name, value in re.findall(_LABEL, found[2] or "")]
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError(f"a label twice: {line!r}")
    return Sample(found[1], tuple(sorted(pairs))), found[found.lastindex or 0]


def parse(text: str) -> dict[Sample, str]:
    """Returns the samples. Raises ValueError if the text breaks a rule of the format."""
    if not text.endswith("\n"):
        raise ValueError("cut short")
    helps: set[str] = set()
    types: dict[str, str] = {}
    samples: dict[Sample, str] = {}
    current = ""
    for line in text[:-1].split("\n"):
        if found := re.match(rf"# HELP ({_NAME}) \S.*\Z", line):
            current = found[1]
            if current in helps:
                raise ValueError(f"HELP twice: {line!r}")
            helps.add(current)
        elif found := re.match(rf"# TYPE ({_NAME}) (\w+)\Z", line):
            if found[1] != current or found[1] in types or found[2] not in _TYPES:
                raise ValueError(f"TYPE out of place: {line!r}")
            types[current] = found[2]
        else:
            sample, value = _read_sample(line)
            if sample.name != current or current not in types or sample in samples:
                raise ValueError(f"a sample out of place: {line!r}")
            if types[current] == "counter" and not sample.name.endswith("_total"):
                raise ValueError(f"a counter without _total: {line!r}")
            samples[sample] = value
    return samples
