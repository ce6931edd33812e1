"""All mutants of some files in one program, each asleep until it is called by its number.

cargo-mutants says what to change; changed one at a time, each would cost a build of the server. So every change
becomes a branch at the beginning of its function: `if crate::is_alive(17) { return { the changed body }; }`. Which of
them is alive the environment says, when the tests begin.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VARIABLE = "BANYAN_MUTANT"
SELECTOR = f'''
/// Whether this change of the program is the one that is looked at.
pub fn is_alive(mutant: u32) -> bool {{
    static ALIVE: std::sync::OnceLock<Option<u32>> = std::sync::OnceLock::new();
    *ALIVE.get_or_init(|| std::env::var("{VARIABLE}").ok()?.parse().ok()) == Some(mutant)
}}
'''


@dataclass(frozen=True)
class Mutant:
    """One change: in which function, and its body with the change."""

    number: int
    name: str
    file: str
    body: tuple[int, int]
    changed: str

    def branch(self) -> str:
        """What goes before the body."""
        value = "" if self.changed == "()" else f" {{ {self.changed} }}"
        return f"#[allow(unreachable_code)] if crate::is_alive({self.number}) {{ return{value}; }}"


def offset(text: str, place: dict[str, int]) -> int:
    """Characters before a line and column, both counted from one."""
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: place["line"] - 1]) + place["column"] - 1


def mutants_of(listed: list[dict[str, Any]], root: Path) -> list[Mutant]:
    """The changes that cargo-mutants lists, with the bodies of their functions."""
    texts = {one["file"]: (root / one["file"]).read_text(encoding="utf-8") for one in listed}

    def span(one: dict[str, Any]) -> tuple[int, int]:
        text = texts[one["file"]]
        return offset(text, one["span"]["start"]), offset(text, one["span"]["end"])

    def function(one: dict[str, Any]) -> tuple[str, str]:
        return one["file"], json.dumps(one["function"]["span"])

    # Every function has a change that replaces its body; that one says where the body is.
    bodies = {function(one): span(one) for one in listed if one["genre"] == "FnValue"}
    found = []
    for number, one in enumerate(listed):
        if function(one) not in bodies:
            raise SystemExit(f"No change says where the body is: {one['name']}")
        begin, end = bodies[function(one)]
        text, changed = texts[one["file"]], one["replacement"]
        if one["genre"] != "FnValue":
            first, last = span(one)
            changed = text[begin:first] + changed + text[last:end]
        found.append(Mutant(number, one["name"], one["file"], (begin, end), changed.strip()))
    return found


def weave(mutants: list[Mutant], root: Path, copy: Path) -> dict[str, list[tuple[int, int, int]]]:
    """Writes the files with all changes into a copy; for each the lines of every change."""
    of_file: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        of_file[mutant.file].append(mutant)
    lines: dict[str, list[tuple[int, int, int]]] = {}
    for file, here in of_file.items():
        text = (root / file).read_text(encoding="utf-8")
        woven, at = "", 0
        lines[file] = []
        for mutant in sorted(here, key=lambda mutant: (mutant.body[0], mutant.number)):
            woven += text[at : mutant.body[0]] + "\n"
            at = mutant.body[0]
            first = woven.count("\n") + 1
            woven += mutant.branch() + "\n"
            lines[file].append((first, woven.count("\n"), mutant.number))
        (copy / file).write_text(woven + text[at:], encoding="utf-8")
    crate = "server/src/lib.rs"
    (copy / crate).write_text((root / crate).read_text(encoding="utf-8") + SELECTOR, encoding="utf-8")
    return lines
