"""An instance in the Open Information Model: reports, facts and their dimensions.

Belongs here: what xBRL-JSON and xBRL-CSV share, and naming what the model cannot say.
Does not: either's syntax (`oim_json`, `oim_csv`). Source: OIM 1.0; xBRL-XML 1.0.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from xbrl.canonical import parsed_canonical
from xbrl.model import Context, Fact, Instance, Period, Unit
from xbrl.names import FACT_EXPLANATORY_FACT, FACT_FOOTNOTE, ISO4217, ROLE_LINK, XBRLI, XSI, split
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.model import Concept

RESERVED = {
    "https://xbrl.org/2021": "xbrl",
    ISO4217: "iso4217",
    "http://www.xbrl.org/2009/utr": "utr",
    XBRLI: "xbrli",
    "http://www.w3.org/2001/XMLSchema": "xs",
}
LINK_TYPES = {FACT_FOOTNOTE: "footnote", FACT_EXPLANATORY_FACT: "explanatoryFact"}
LINK_GROUPS = {ROLE_LINK: "_"}
_PREFIX = re.compile(r"(?a)[A-Za-z_][\w.-]*")
_IDENTIFIER = re.compile(r"(?a)[A-Za-z_][\w-]*")
_TEXTS = frozenset({"string", "normalizedString"})
_DECIMALS = re.compile(r"[+-]?[0-9]{1,9}")
_PRECISION = re.compile(r"[0-9]{1,9}")
_SHOWN = 40
_LARGEST_EXPONENT = 1000


@dataclass(slots=True)
class OimFact:
    """One fact; `dimensions` by their names as the report writes them, `value` None for nil.

    `decimals` is None for infinite. `links` are (link type, link group, fact id).
    """

    value: str | None
    decimals: int | None
    dimensions: dict[str, str | None]
    links: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """A report in the model, ready to be written, and what could not be said in it."""

    namespaces: dict[str, str]
    taxonomy: list[str]
    link_types: dict[str, str]
    link_groups: dict[str, str]
    facts: dict[str, OimFact]
    problems: list[Problem]


def report(instance: Instance, concepts: Mapping[str, Concept] | None = None) -> Report:
    """`instance` in the model. With `concepts`, language stands only on texts, as the model
    has it; without, on every fact that is no number.
    """
    return _Builder(instance, concepts).report()


class _Builder:
    def __init__(self, instance: Instance, concepts: Mapping[str, Concept] | None) -> None:
        self._instance = instance
        self._concepts = concepts
        self._prefixes: dict[str, str] = {}
        self._contexts: dict[str, dict[str, str | None] | None] = {}
        self._ids: dict[int, str] = {}
        self._link_types: dict[str, str] = {}
        self._link_groups: dict[str, str] = {}
        self._facts: dict[str, OimFact] = {}
        self._problems: list[Problem] = []

    def report(self) -> Report:
        rows = list(self._instance.facts.rows())
        self._name(rows)
        for row in rows:
            made = self._fact(row)
            if made is not None:
                self._facts[self._ids[row.fact_index]] = made
        self._footnotes()
        used = {prefix: uri for uri, prefix in self._prefixes.items()}
        return Report(
            dict(sorted(used.items())), self._taxonomy(), self._link_types, self._link_groups,
            self._facts, self._problems,
        )  # fmt: skip

    def _taxonomy(self) -> list[str]:
        kinds = {"schemaRef", "linkbaseRef"}
        return list(dict.fromkeys(r.href for r in self._instance.references if r.kind in kinds))

    def _name(self, rows: list[Fact]) -> None:
        """An id for each fact: its element's where that is one and no other's."""
        own = [row.element_id for row in rows]
        taken = {one for one in own if one is not None}
        seen = set[str]()
        for row in rows:
            name = row.element_id
            if name is None or name in seen or not _IDENTIFIER.fullmatch(name):
                name = f"f{row.fact_index}"
                while name in taken or name in seen:
                    name += "_"
            seen.add(name)
            self._ids[row.fact_index] = name

    def _fact(self, row: Fact) -> OimFact | None:
        if row.kind != "item" or row.parent >= 0:
            self._cannot(row)
            return None
        context = self._context(row.context_id)
        if context is None:
            return None
        dimensions: dict[str, str | None] = {"concept": self._qname(row.concept), **context}
        unit = self._instance.units.get(row.unit_id or "")
        if unit is not None and (text := self._unit(unit)) != "xbrli:pure":
            dimensions["unit"] = text
        if row.language and unit is None and self._is_text(row.concept):
            dimensions["language"] = row.language.lower()
        value = row.value if unit is None or row.value is None else _number(row.value)
        return OimFact(None if row.is_nil else value, self._decimals(row), dimensions)

    def _cannot(self, row: Fact) -> None:
        codes = {"tuple": "unsupportedTuple", "fraction": "unsupportedFraction"}
        code = codes.get(row.kind, "unsupportedTuple")
        what = f"is a {row.kind}" if row.kind != "item" else "stands in a tuple"
        self._problem(code, f"{row.concept} {what}, which the model does not have.", row)

    def _context(self, context_id: str | None) -> dict[str, str | None] | None:
        """The dimensions a context gives; None, with a problem, where the model cannot say it."""
        key = context_id or ""
        if key not in self._contexts:
            context = self._instance.contexts.get(key)
            self._contexts[key] = None if context is None else self._dimensions(context)
            if context is None:
                message = f'The context "{key}" is not there, so its facts have no dimensions.'
                self._problem("missingContext", message)
        return self._contexts[key]

    def _dimensions(self, context: Context) -> dict[str, str | None] | None:
        if context.segment or context.scenario:
            message = (
                f'The context "{context.id}" holds more than dimensions, which the model does '
                "not have; its facts are left out."
            )
            self._problem("nonDimensionalSegmentScenarioContent", message, context)
            return None
        scheme = self._prefix(context.scheme, "scheme")
        found: dict[str, str | None] = {"entity": f"{scheme}:{context.identifier}"}
        if (period := _period(context.period)) is not None:
            found["period"] = period
        for one in context.dimensions:
            if one.member is not None:
                found[self._qname(one.dimension)] = self._qname(one.member)
                continue
            typed = parsed_canonical(one.typed or "")
            if len(typed) != 1 or len(typed[0]):
                message = (
                    f'The context "{context.id}" has a typed member of {one.dimension} that is '
                    "more than one text, which the model does not have; its facts are left out."
                )
                self._problem("unsupportedComplexTypedDimension", message, context)
                return None
            is_nil = typed[0].get(f"{{{XSI}}}nil") in {"true", "1"}
            found[self._qname(one.dimension)] = None if is_nil else typed[0].text or ""
        return found

    def _unit(self, unit: Unit) -> str:
        """Source: OIM 1.0 § 5.1 (string representation of units)."""
        parts = [sorted(map(self._qname, one)) for one in (unit.numerator, unit.denominator) if one]
        is_ratio = len(parts) > 1
        texts = [f"({'*'.join(p)})" if is_ratio and len(p) > 1 else "*".join(p) for p in parts]
        return "/".join(texts)

    def _is_text(self, name: str) -> bool:
        if self._concepts is None:
            return True
        concept = self._concepts.get(name)
        return concept is None or split(concept.primitive or "")[1] in _TEXTS

    def _decimals(self, row: Fact) -> int | None:
        if row.is_nil or row.value is None:
            return None
        if row.precision is not None:
            return self._from_precision(row)
        text = (row.decimals or "INF").strip()
        if text == "INF":
            return None
        if not _DECIMALS.fullmatch(text):
            self._unsaid(row, "decimals", text)
            return None
        return int(text)

    def _from_precision(self, row: Fact) -> int | None:
        """Decimals that say what the precision does. Source: XBRL 2.1 § 4.6.6."""
        text, value = (row.precision or "").strip(), _decimal(row.value or "")
        if text == "INF" or value is None:
            return None
        if not _PRECISION.fullmatch(text):
            self._unsaid(row, "precision", text)
            return None
        if int(text) == 0 or value == 0:
            message = (
                f"{row.concept} has precision {text} and value {row.value}: the model knows "
                "decimals only, and none say the same."
            )
            self._problem("unsupportedPrecision", message, row)
            return None
        return int(text) - 1 - value.adjusted()

    def _unsaid(self, row: Fact, name: str, text: str) -> None:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        message = (
            f"{row.concept} has {name} {shown!r}: a whole number of at most nine digits or INF "
            "was expected. The fact is written without."
        )
        self._problem("unsupportedAccuracy", message, row)

    def _footnotes(self) -> None:
        """Footnotes are facts of xbrl:note, linked to; explaining facts are linked to as they are.

        Source: OIM 1.0 § 3.4; xBRL-XML 1.0 § 5.
        """
        notes: dict[tuple[str | None, str | None], str] = {}
        for note in self._instance.footnotes:
            source = self._facts.get(self._ids.get(note.fact, ""))
            if note.to_fact is not None:
                target = self._ids.get(note.to_fact, "")
            else:
                target = notes.setdefault((note.text, note.language), f"note{len(notes) + 1}")
            if source is None or (note.to_fact is not None and target not in self._facts):
                message = "A footnote of a fact that is left out is left out with it."
                self._problem("footnoteLeftOut", message, None, note.line)
                continue
            kind = self._alias(self._link_types, LINK_TYPES, note.arcrole, "type")
            group = self._alias(self._link_groups, LINK_GROUPS, note.link_role, "group")
            if (kind, group, target) not in source.links:
                source.links.append((kind, group, target))
            if note.to_fact is None and target not in self._facts:
                dimensions: dict[str, str | None] = {
                    "concept": self._qname("{https://xbrl.org/2021}note"), "noteId": target,
                }  # fmt: skip
                if note.language:
                    dimensions["language"] = note.language.lower()
                self._facts[target] = OimFact(note.text, None, dimensions)

    def _alias(
        self, aliases: dict[str, str], reserved: Mapping[str, str], uri: str, stem: str
    ) -> str:
        for alias, known in aliases.items():
            if known == uri:
                return alias
        alias = reserved.get(uri) or f"{stem}{len(aliases) + 1}"
        aliases[alias] = uri
        return alias

    def _qname(self, name: str) -> str:
        namespace, local = split(name)
        return f"{self._prefix(namespace, 'ns')}:{local}"

    def _prefix(self, uri: str, stem: str) -> str:
        """The prefix of a namespace or scheme: the reserved one, the document's, or a new one."""
        if uri not in self._prefixes:
            wanted = RESERVED.get(uri) or self._instance.prefixes.get(uri) or stem
            taken = set(self._prefixes.values()) | (set(RESERVED.values()) - {RESERVED.get(uri)})
            plain = wanted if _PREFIX.fullmatch(wanted) else stem
            prefix, number = plain, 1
            while prefix in taken:
                number += 1
                prefix = f"{plain}{number}"
            self._prefixes[uri] = prefix
        return self._prefixes[uri]

    def _problem(
        self, code: str, message: str, where: Fact | Context | None = None, line: int | None = None
    ) -> None:
        fact = where if isinstance(where, Fact) else None
        file = where.file if isinstance(where, Context) else self._instance.files[0]
        self._problems.append(
            Problem(
                f"xbrlxe:{code}",
                Severity.ERROR,
                message,
                self._instance.files[fact.file] if fact else file,
                line if where is None else where.line,
                remedy="Take the whole filing from the tables or the filing itself.",
                facts=() if fact is None else (fact.fact_index,),
            )
        )


def _period(period: Period) -> str | None:
    """Source: OIM 1.0 § 5.2: moments with seconds; an instant is one, a duration two."""
    if period.kind == "forever" or period.end_at is None:
        return None
    end = period.end_at.isoformat() + _zone(period.end)
    if period.kind == "instant":
        return end
    start = period.start_at.isoformat() + _zone(period.start) if period.start_at else ""
    return f"{start}/{end}"


def _zone(written: str | None) -> str:
    return "Z" if written and re.search(r"(Z|[+-]\d\d:\d\d)\s*$", written) else ""


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _number(text: str) -> str:
    """A number in its canonical form; what is none, or has no end of zeros, stays as it is.

    Source: XML Schema 1.1 part 2, appendix E.1 (decimal).

    >>> _number(" +0012.500 "), _number("1000"), _number("-0.0"), _number("1E3"), _number("n/a")
    ('12.5', '1000', '0', '1000', 'n/a')
    """
    value = _decimal(text)
    if value is None or abs(value.adjusted()) > _LARGEST_EXPONENT + len(text):
        return text
    plain = f"{value:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    sign = "-" if plain.startswith("-") else ""
    digits = plain.lstrip("-").lstrip("0") or "0"
    digits = f"0{digits}" if digits.startswith(".") else digits
    return digits if digits == "0" else sign + digits
