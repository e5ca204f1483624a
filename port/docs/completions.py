# SPDX-License-Identifier: MIT
"""Completions for bash, zsh and fish. They are files of text: they suit a client of any build."""

import re
from collections.abc import Iterable

from tables import Option, Tables

# REUSE-IgnoreStart
_HEAD = """\
# SPDX-License-Identifier: MIT
# make docs writes this file from the client's table of options.
"""
# REUSE-IgnoreEnd


def words(option: Option, tables: Tables) -> list[str]:
    """What the value can be, if that is known."""
    return option.choices


def short(option: Option) -> str:
    """The beginning of a help text, for one line of a list. A list of values is no description."""
    text = re.split(r"[;:(\n]", option.help)[0].strip().rstrip(",")
    return text if " " in text else option.value.lower()


# --- bash ---

_BASH = r'''
# Offers words that begin with what is typed; in a list with commas, with what follows the last one.
_pgtask_offer()
{
    local typed=$1 before=''
    shift
    case $typed in *,*) before=${typed%,*}, typed=${typed##*,} ;; esac
    COMPREPLY=()
    local word
    for word; do
        case $word in "$typed"*) COMPREPLY+=("$before$word") ;; esac
    done
}

# Offers files; readline quotes blanks in their names.
_pgtask_offer_files()
{
    local name
    COMPREPLY=()
    while IFS= read -r name; do
        COMPREPLY+=("$name")
    done < <(compgen -f -- "$1")
    compopt -o filenames 2>/dev/null
}

# _pgtask_value OPTION TYPED: whether the option takes a value, which is offered then
_pgtask_value()
{
    case $1 in
@VALUES@
    *) return 1 ;;
    esac
}

_pgtask()
{
    local typed=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' i
    COMPREPLY=()
    # bash takes the sign of --option=value for a word.
    [ "$typed" != = ] || typed=''
    [ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD - 2]}
    [ "${COMP_WORDS[COMP_CWORD]}" != = ] || before=${COMP_WORDS[COMP_CWORD - 1]}
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in @COMMANDS_BAR@ | help) command=${COMP_WORDS[i]}; break ;; esac
    done
    _pgtask_value "$before" "$typed" && return
    case $command in
@OPTIONS@
    help) _pgtask_offer "$typed" @COMMANDS@ ;;
    *) _pgtask_offer "$typed" @COMMANDS@ help --help --version ;;
    esac
}

complete -F _pgtask pgtask
'''


def _bash_value(option: Option, tables: Tables) -> str:
    known = words(option, tables)
    if option.kind == "path":
        return '_pgtask_offer_files "$2"'
    return f'_pgtask_offer "$2" {" ".join(known)}' if known else ":"


def bash(tables: Tables) -> str:
    by_value: dict[str, list[str]] = {}
    for option in tables.options:
        if option.value:
            # An option whose choices differ between commands offers all of them.
            flags = by_value.setdefault(_bash_value(option, tables), [])
            flags += [flag for flag in option.flags if flag not in flags]
    values = "\n".join(f"    {' | '.join(flags)}) {action} ;;" for action, flags in by_value.items())
    options = "\n".join(
        f'    {name}) _pgtask_offer "$typed" {" ".join(_offered(tables.options_of(name)))} ;;'
        for name in tables.names)
    names = " ".join(tables.names)
    return (_HEAD + _BASH).replace("@VALUES@", values).replace("@OPTIONS@", options) \
        .replace("@COMMANDS_BAR@", " | ".join(tables.names)).replace("@COMMANDS@", names)


def _offered(options: Iterable[Option]) -> list[str]:
    return [option.flag for option in options]


# --- zsh ---


def _zsh_text(text: str) -> str:
    return re.sub(r"([\[\]:\\])", r"\\\1", text).replace("'", "'\\''")


def _zsh_option(option: Option, tables: Tables) -> str:
    sign = "=" if option.value else ""
    spec = f"[{_zsh_text(short(option))}]"
    if option.value:
        known = words(option, tables)
        action = " "
        if option.kind == "path":
            action = "_files"
        elif option.kind == "names":
            action = f"_values -s , type {' '.join(known)}"
        elif known:
            action = f"({' '.join(known)})"
        spec += f":{_zsh_text(option.value)}:{action}"
    if option.letter:
        letter = f"-{option.letter}{'+' if option.value else ''}"
        head = f"'({letter[:2]} {option.flag})'{{{letter},{option.flag}{sign}}}"
        return f"            {head}'{spec}'"
    return f"            '{option.flag}{sign}{spec}'"


_ZSH = r'''
_pgtask()
{
    local -a commands
    commands=(
@COMMANDS@
        'help:print the options of a command'
    )
    if ((CURRENT == 2)); then
        _describe command commands
        _arguments '--help[print the options of every command]' '--version[print the version]'
        return
    fi
    shift words
    ((CURRENT--))
    case $words[1] in
@OPTIONS@
    help) compadd @NAMES@ ;;
    esac
}

_pgtask "$@"
'''


def zsh(tables: Tables) -> str:
    commands = "\n".join(f"        '{name}:{_zsh_text(tables.summary(name))}'"
                         for name in tables.names)
    options = []
    for name in tables.names:
        specs = " \\\n".join(_zsh_option(option, tables) for option in tables.options_of(name))
        options.append(f"    {name})\n        _arguments \\\n{specs} ;;")
    text = _ZSH.replace("@COMMANDS@", commands).replace("@OPTIONS@", "\n".join(options))
    return "#compdef pgtask\n" + _HEAD + text.replace("@NAMES@", " ".join(tables.names))


# --- fish ---


def _fish_text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _fish_option(name: str, option: Option, tables: Tables) -> str:
    line = (f"complete -c pgtask -n '__fish_seen_subcommand_from {name}' -l {option.flag[2:]}"
            f"{f' -s {option.letter}' if option.letter else ''} -d {_fish_text(short(option))}")
    known = words(option, tables)
    if option.kind == "names":
        return f"{line} -x -a '(__fish_append , {' '.join(known)})'"
    if known:
        return f"{line} -x -a {_fish_text(' '.join(known))}"
    if option.kind == "path":
        return f"{line} -r -F"
    return f"{line} -x" if option.value else line


def fish(tables: Tables) -> str:
    names = " ".join(tables.names)
    lines = ["complete -c pgtask -f"]
    for name in tables.names:
        lines.append(f"complete -c pgtask -n 'not __fish_seen_subcommand_from {names} help' "
                     f"-a {name} -d {_fish_text(tables.summary(name))}")
    lines += [f"complete -c pgtask -n 'not __fish_seen_subcommand_from {names} help' -a help "
              "-d 'print the options of a command'",
              f"complete -c pgtask -n '__fish_seen_subcommand_from help' -a '{names}'",
              f"complete -c pgtask -n 'not __fish_seen_subcommand_from {names} help' -l help "
              "-d 'print the options of every command'",
              f"complete -c pgtask -n 'not __fish_seen_subcommand_from {names} help' -l version "
              "-d 'print the version'"]
    for name in tables.names:
        lines += [_fish_option(name, option, tables) for option in tables.options_of(name)]
    return _HEAD + "\n" + "\n".join(lines) + "\n"
