# SPDX-License-Identifier: MIT
"""Manual pages in the macros of man(7)."""

import re
import textwrap

from markdown import Block, blocks

_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\([^)]+\)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


def escape(text: str) -> str:
    """A text of a paragraph: each character stands for itself."""
    text = text.replace("\\", "\\e").replace("^", "\\(ha").replace("~", "\\(ti")
    return text.replace("`", "\\(ga").replace("'", "\\(aq")


def literal(text: str) -> str:
    """A text to be typed as it is: its dashes are those of the keyboard."""
    return escape(text).replace("-", "\\-")


def guard(line: str) -> str:
    """A line that cannot be taken for a request."""
    return f"\\&{line}" if line.startswith((".", "'", "\\(aq")) else line


def wrap(line: str) -> str:
    """A line of text as short lines."""
    # mandoc counts a character beyond ASCII as the eight of its escape.
    width = 78 if line.isascii() else 60
    short = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(guard(one) for one in short)


def inline(text: str) -> str:
    """Markdown of one paragraph as one line, with spans of code in bold."""
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts.append(escape(text[at:found.start()]))
        code, bold, link = found.groups()
        parts.append(f"\\fB{literal(code or bold)}\\fR" if code or bold else inline(link))
        at = found.end()
    parts.append(escape(text[at:]))
    return "".join(parts)


def sentences(text: str) -> str:
    """A text with each sentence on lines of its own, as roff wants it."""
    lines = re.split(r"(?<=[a-z0-9)RC][.?:]) +(?=[A-Z])", text)
    return "\n".join(wrap(line) for line in lines)


def paragraph(text: str) -> str:
    return sentences(inline(text))


def code(lines: list[str]) -> str:
    body = "\n".join(guard(literal(line)) for line in lines)
    return f".PP\n.RS 4\n.nf\n{body}\n.fi\n.RE"


def tagged(tag: str, text: str) -> str:
    return f".TP\n{tag}\n{text}"


def _table(block: Block) -> str:
    header, *rows = block.rows
    parts = []
    for first, second, *rest in rows:
        text = second
        if rest:
            names = zip(header[1:], [second, *rest])
            text = "; ".join(f"{name}: {cell}" for name, cell in names)
        parts.append(tagged(inline(first), paragraph(text)))
    return "\n".join(parts)


def _list(block: Block) -> str:
    marks = {"-": "\\(bu 2"}
    return "\n".join(f".IP {marks.get(mark, mark + ' 4')}\n{paragraph(text)}"
                     for mark, text in block.items)


def from_markdown(text: str) -> str:
    """The blocks of a section; its tables of options and exit statuses are written elsewhere."""
    parts, is_first = [], True
    for block in blocks(text):
        if block.kind == "heading":
            parts.append(f'.SS {inline(block.text.lstrip("# "))}')
        elif block.kind == "code":
            parts.append(code(block.lines))
        elif block.kind == "list":
            parts.append(_list(block))
        elif block.kind == "table" and block.rows[0][0] not in ("option", "status"):
            parts.append(_table(block))
        elif block.kind == "text":
            parts.append(("" if is_first else ".PP\n") + paragraph(block.text))
        is_first = block.kind == "heading"
    return "\n".join(parts)


# REUSE-IgnoreStart
_HEAD = """\
.\\" SPDX-License-Identifier: MIT
.\\" make docs writes this page: change the table of options or the README."""
# REUSE-IgnoreEnd


class Page:
    """A manual page that grows from its top to its end."""

    def __init__(self, name: str, section: int, date: str, version: str, summary: str) -> None:
        self.name, self.section = name, section
        self._parts = [
            _HEAD,
            f'.TH {literal(name.upper())} {section} {date} "pgtask {version}" "pgtask manual"',
            ".nh", ".ad l",
            ".SH NAME", f"{literal(name)} \\- {escape(summary)}"]

    def add(self, title: str, body: str) -> None:
        if body:
            self._parts += [f".SH {escape(title.upper())}", body]

    def add_examples(self, text: str) -> None:
        self.add("Examples", code([line.strip() for line in text.splitlines()]))

    def text(self) -> str:
        """The page, without paragraphs that begin beside a heading or have no text."""
        lines = "\n".join(self._parts).split("\n")
        heads = (".SH", ".SS")
        kept = [line for line, before, after in zip(lines, ["", *lines], [*lines[1:], ".SH"])
                if not (line == ".PP" and (before.startswith(heads) or
                                           after.startswith((*heads, ".PP"))))]
        return "\n".join(kept) + "\n"


def help_text(text: str) -> str:
    """A text of --help, with its options in bold and its lines kept apart."""
    lines = []
    for line in text.split("\n"):
        parts, at = [], 0
        for found in _OPTION.finditer(line):
            parts += [escape(line[at:found.start()]), f"\\fB{literal(found[0])}\\fR"]
            at = found.end()
        lines.append(wrap("".join([*parts, escape(line[at:])])))
    return "\n.br\n".join(lines)
