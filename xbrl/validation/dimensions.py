"""Dimensions 1.0: the whole judgement of an instance, or of a taxonomy, in one call.

Belongs here: which checks there are.
Does not: the checks themselves (`dimension_*`), or what relationships say
(`xbrl.taxonomy.dimensions`).
"""

from xbrl.model import Instance
from xbrl.problem import Problem
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation import (
    dimension_contexts,
    dimension_cycles,
    dimension_declarations,
    dimension_facts,
    dimension_relationships,
)


def validate(instance: Instance, taxonomy: Taxonomy) -> list[Problem]:
    """The xbrldie errors of an instance. Source: Dimensions 1.0 § 3."""
    return [
        *dimension_contexts.problems(instance, taxonomy),
        *dimension_facts.problems(instance, taxonomy),
    ]


def validate_taxonomy(taxonomy: Taxonomy) -> list[Problem]:
    """The xbrldte errors of a taxonomy with its documents. Source: Dimensions 1.0 § 2."""
    return [
        *dimension_declarations.problems(taxonomy),
        *dimension_relationships.problems(taxonomy),
        *dimension_cycles.problems(taxonomy),
    ]
