"""An instance beside its taxonomy: what every check asks of both, found once.

Belongs here: the facts as the schemas make them (defaulted values, decimals,
precision), the concept of each, and making a `Problem` about facts. Does not: any rule.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

from xbrl.model import Fact, Instance
from xbrl.problem import Problem, Severity
from xbrl.taxonomy.model import Concept, Taxonomy
from xbrl.validation.content import TYPE, Content
from xbrl.validation.equality import Equality
from xbrl.validation.shown import Shown
from xbrl.xsd import components
from xbrl.xsd.declarations import AttributeUse, ComplexType, Declaration
from xbrl.xsd.types import SimpleTypes


class Subject:
    """One instance and its taxonomy."""

    def __init__(self, instance: Instance, taxonomy: Taxonomy) -> None:
        self.instance = instance
        self.taxonomy = taxonomy
        self.components = components.of(taxonomy)
        self.content = Content(self.components)
        self.equality = Equality(self.content)
        self.shown = Shown(instance.prefixes, taxonomy.prefixes)

    @property
    def has_schemas(self) -> bool:
        """False for a taxonomy read from Parquet, which holds concepts but no content models."""
        return bool(self.taxonomy.schemas)

    @property
    def simple(self) -> SimpleTypes:
        """The simple types."""
        return self.components.simple

    @cached_property
    def facts(self) -> list[Fact]:
        """The facts with defaults filled in. Source: XML Schema Part 1, § 3.2.1 and 3.3.1."""
        rows = list(self.instance.facts.rows())
        if self.instance.kind != "xbrl":
            return rows
        return [self._filled(row) for row in rows]

    def concept(self, name: str) -> Concept | None:
        """The concept of a fact; None where the taxonomy has none of the name."""
        return self.taxonomy.concepts.get(name)

    def type_of(self, fact: Fact, concept: Concept) -> str | None:
        """The type in force of a fact: the concept's, or the one xsi:type names."""
        declaration = self.components.element(fact.concept)
        if declaration is None or self.instance.kind != "xbrl":
            return concept.type
        return self.content.type_of(fact.element, declaration)

    def is_of(self, type_: str | None, ancestor: str) -> bool:
        """Whether a type derives from another."""
        return type_ is not None and ancestor in self.lineage(type_)

    def lineage(self, type_: str) -> list[str]:
        """A type and what it derives from, nearest first."""
        return self.components.lineage(type_)

    def _filled(self, fact: Fact) -> Fact:
        declaration = self.components.element(fact.concept)
        if declaration is None:
            return fact
        if TYPE not in fact.element.attrib and fact.concept in self._plain:
            return fact
        found = self.components.complex(self.content.type_of(fact.element, declaration))
        uses = found.attributes if found else {}
        value = fact.value
        if fact.kind == "item" and not fact.is_nil and not value:
            value = declaration.fixed or declaration.default or value
        return fact._replace(
            value=value,
            decimals=_defaulted(fact.decimals, uses.get("decimals")),
            precision=_defaulted(fact.precision, uses.get("precision")),
        )

    @cached_property
    def _plain(self) -> set[str]:
        """The concepts of the instance whose schemas default nothing that matters here."""
        plain = set()
        for name in set(self.instance.facts.concept):
            declaration = self.components.element(name)
            if declaration is not None and not _fills(
                declaration, self.components.complex(declaration.type)
            ):
                plain.add(name)
        return plain

    def name(self, fact: Fact) -> str:
        """The fact as messages call it."""
        where = f" in context {fact.context_id}" if fact.context_id else ""
        return f"Fact {self.shown.name(fact.concept)}{where}"

    def problem(
        self,
        code: str,
        facts: Sequence[Fact],
        message: str,
        remedy: str,
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """A problem about facts; it stands where the first of them does."""
        first = facts[0]
        return Problem(
            code,
            severity,
            message,
            self.instance.files[first.file],
            first.line or None,
            first.element_id,
            remedy,
            _indices(facts),
        )


def _indices(facts: Iterable[Fact]) -> tuple[int, ...]:
    return tuple(fact.fact_index for fact in facts)


def _defaulted(written: str | None, use: AttributeUse | None) -> str | None:
    if written is not None or use is None:
        return written
    return use.fixed if use.fixed is not None else use.default


def _fills(declaration: Declaration, found: ComplexType | None) -> bool:
    if declaration.default is not None or declaration.fixed is not None:
        return True
    uses = found.attributes if found else {}
    return any(
        name in uses and (uses[name].default is not None or uses[name].fixed is not None)
        for name in ("decimals", "precision")
    )
