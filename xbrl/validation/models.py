"""Content models: whether a sequence of children is what a type's particle asks for.

A model becomes a regular expression over the children's names, one character each.
XML Schema demands that a model never leaves open which particle the next child belongs to, so every
repetition is possessive and matching takes time proportional to the children.

Belongs here: the order and number of children. Does not: what is in them (`content`).
Source: XML Schema Part 1 (second edition), § 3.8 and appendix H.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from xbrl.names import split
from xbrl.xsd.components import Components
from xbrl.xsd.declarations import Declaration, Particle, Wildcard

_FIRST_CHARACTER = 0xE000
_SHOWN = 12


class Place(NamedTuple):
    """What a model says of one child: its declaration, or the wildcard that admits it."""

    declaration: Declaration | None
    wildcard: Wildcard | None


class Model:
    """One content model, ready to match."""

    def __init__(self, particle: Particle | None, components: Components) -> None:
        self._particle = particle
        self._components = components
        self._elements: list[Declaration] = []
        self._wildcards: list[Wildcard] = []
        self._places: dict[str, Place | None] = {}
        self._patterns: dict[frozenset[str], tuple[re.Pattern[str], dict[str, str]]] = {}
        self._standing: dict[str, set[str]] = {}  # for whom names met so far may stand
        if particle is not None:
            self._collect(particle)

    def _collect(self, particle: Particle) -> None:
        if particle.element is not None:
            self._elements.append(particle.element)
        elif particle.wildcard is not None:
            self._wildcards.append(particle.wildcard)
        for part in particle.parts:
            self._collect(part)

    def _admits(self, declared: Declaration, name: str) -> bool:
        """Whether an element of the name may stand where the model has this one."""
        if name == declared.name:
            return not declared.is_abstract
        if self._components.element(declared.name) is not declared:
            return False  # a local declaration has no substitutes
        found = self._components.element(name)
        if found is None or found.is_abstract:
            return False
        return declared.name in self._components.heads(name)

    def place(self, name: str) -> Place | None:
        """Where a child of the name belongs; None for nowhere."""
        if name not in self._places:
            self._places[name] = self._find(name)
        return self._places[name]

    def _find(self, name: str) -> Place | None:
        for declared in self._elements:
            if self._admits(declared, name):
                is_own = name == declared.name
                return Place(declared if is_own else self._components.element(name), None)
        namespace = split(name)[0]
        wildcard = next((each for each in self._wildcards if each.admits(namespace)), None)
        return wildcard and Place(self._components.element(name), wildcard)

    def fault(self, names: Sequence[str]) -> str | None:
        """Why the children are not what the model asks for: “must hold …, and holds …”."""
        if self._particle is None:
            return f"must have no child elements, and holds {_listed(names)}" if names else None
        if self._particle.kind == "all":
            return self._fault_of_all(self._particle, names)
        pattern, letters = self._pattern(frozenset(names))
        if pattern.fullmatch("".join(letters[name] for name in names)):
            return None
        found = _listed(names) if names else "nothing"
        return f"must hold {self.described()}, and holds {found}"

    def described(self) -> str:
        """The model as one reads it: `(a, b?, (c | d)*)`."""
        return "nothing" if self._particle is None else _described(self._particle)

    def _fault_of_all(self, particle: Particle, names: Sequence[str]) -> str | None:
        if not names and particle.low == 0:
            return None
        counts = Counter(names)
        for part in particle.parts:
            assert part.element is not None
            admitted = [name for name in counts if self._admits(part.element, name)]
            number = sum(counts.pop(name) for name in admitted)
            if number < part.low or (part.high is not None and number > part.high):
                return f"must hold {self.described()}, and holds {_listed(names) or 'nothing'}"
        if counts:
            return f"must hold {self.described()}, and holds {_listed(names)}"
        return None

    def _pattern(self, names: frozenset[str]) -> tuple[re.Pattern[str], dict[str, str]]:
        if names not in self._patterns:
            letters = {
                name: chr(_FIRST_CHARACTER + number) for number, name in enumerate(sorted(names))
            }
            for name in names:
                for head in self._components.heads(name):
                    self._standing.setdefault(head, set()).add(name)
            assert self._particle is not None
            self._patterns[names] = (re.compile(self._text(self._particle, letters)), letters)
        return self._patterns[names]

    def _text(self, particle: Particle, letters: dict[str, str]) -> str:
        if particle.kind in {"element", "any"}:
            body = _class(self._letters(particle, letters))
        elif particle.kind == "choice":
            body = self._choice(particle, letters)
        else:
            body = "".join(self._text(part, letters) for part in particle.parts)
        return f"(?:{body}){_times(particle)}"

    def _choice(self, particle: Particle, letters: dict[str, str]) -> str:
        """Each branch behind what it may begin with, so that an empty one hides no other."""
        branches = [
            f"(?={_class(self._first(part, letters))}){self._text(part, letters)}"
            for part in particle.parts
        ]
        if not branches or any(_is_emptiable(part) for part in particle.parts):
            branches.append("")
        return "|".join(branches)

    def _letters(self, particle: Particle, letters: dict[str, str]) -> set[str]:
        if particle.wildcard is not None:
            wildcard = particle.wildcard
            return {each for name, each in letters.items() if wildcard.admits(split(name)[0])}
        declared = particle.element
        assert declared is not None
        candidates = self._standing.get(declared.name, set()) & letters.keys()
        return {letters[name] for name in candidates if self._admits(declared, name)}

    def _first(self, particle: Particle, letters: dict[str, str]) -> set[str]:
        if particle.kind in {"element", "any"}:
            return self._letters(particle, letters)
        found: set[str] = set()
        for part in particle.parts:
            found |= self._first(part, letters)
            if particle.kind == "sequence" and not _is_emptiable(part):
                break
        return found


def _is_emptiable(particle: Particle) -> bool:
    if particle.low == 0:
        return True
    if particle.kind in {"element", "any"}:
        return False
    empties = [_is_emptiable(part) for part in particle.parts]
    return (any(empties) or not empties) if particle.kind == "choice" else all(empties)


def _class(letters: set[str]) -> str:
    return f"[{''.join(sorted(letters))}]" if letters else "(?!)"


def _times(particle: Particle) -> str:
    if (particle.low, particle.high) == (1, 1):
        return ""
    high = "" if particle.high is None else particle.high
    return f"{{{particle.low},{high}}}+"


def _described(particle: Particle) -> str:
    times = {(1, 1): "", (0, 1): "?", (0, None): "*", (1, None): "+"}
    high = "" if particle.high is None else particle.high
    mark = times.get((particle.low, particle.high), f"{{{particle.low},{high}}}")
    if particle.element is not None:
        return split(particle.element.name)[1] + mark
    if particle.wildcard is not None:
        return f"any element of {particle.wildcard.namespaces}{mark}"
    glue = {"choice": " | ", "all": " & "}.get(particle.kind, ", ")
    return f"({glue.join(_described(part) for part in particle.parts)}){mark}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(split(name)[1] for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} … ({len(names)} children)"
