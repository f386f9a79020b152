"""The whole judgement of an instance under its taxonomy, in one call.

Belongs here: which checks there are, and in which order. Does not: any check; and how a document
was read (that is in `instance.problems`).
"""

from collections.abc import Sequence
from enum import StrEnum

from xbrl.inline import validity
from xbrl.model import Instance
from xbrl.names import SUMMATION_ITEM_11
from xbrl.problem import Problem
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation import (
    calculation,
    calculation_11,
    context_rules,
    definition_rules,
    dimensions,
    fact_rules,
    footnote_rules,
    role_rules,
    schema_validity,
    units_registry,
)
from xbrl.validation.subject import Subject


class Calculation(StrEnum):
    """How totals are checked: not at all, by XBRL 2.1, or by Calculations 1.1.

    By XBRL 2.1, sums that a taxonomy states by the arcrole of Calculations 1.1 are checked by that.
    """

    NONE = "none"
    XBRL_21 = "xbrl-2.1"
    ROUNDED = "1.1-rounded"
    TRUNCATED = "1.1-truncated"


def validate(
    instance: Instance,
    taxonomy: Taxonomy,
    *,
    calculation_mode: Calculation = Calculation.XBRL_21,
    units: bool = False,
) -> list[Problem]:
    """Everything found beyond `instance.problems`; `units` adds the unit type registry."""
    subject = Subject(instance, taxonomy)
    found = [*validate_xbrl_21(subject), *dimensions.validate(instance, taxonomy)]
    found += definition_rules.problems(subject)
    if calculation_mode is Calculation.XBRL_21:
        found += calculation.problems(subject)
        found += calculation_11.problems(subject, truncated=False, arcroles=(SUMMATION_ITEM_11,))
    elif calculation_mode is not Calculation.NONE:
        truncated = calculation_mode is Calculation.TRUNCATED
        found += calculation_11.problems(subject, truncated=truncated)
    if units:
        found += units_registry.problems(subject)
    return found


def validate_without(instance: Instance) -> list[Problem]:
    """What can be said of an instance whose taxonomy is not at hand: contexts, units, footnotes."""
    subject = Subject(instance, Taxonomy(()))
    return [*context_rules.problems(subject), *footnote_rules.problems(subject)]


def validate_sets(instances: Sequence[Instance]) -> list[Problem]:
    """Inline XBRL's own rules, once for each document set among the instances of a filing."""
    sets: dict[tuple[str, ...], list[Instance]] = {}
    for one in instances:
        if one.kind == "inline":
            sets.setdefault(one.files, []).append(one)
    return [problem for each in sets.values() for problem in validity.validate(each)]


def validate_xbrl_21(subject: Subject) -> list[Problem]:
    """What makes an instance invalid by XBRL 2.1 § 4."""
    return [
        *schema_validity.problems(subject),
        *fact_rules.problems(subject),
        *context_rules.problems(subject),
        *footnote_rules.problems(subject),
        *role_rules.problems(subject),
    ]
