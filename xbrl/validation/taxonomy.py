"""Whether a discoverable taxonomy set is valid: every check of XBRL 2.1 § 3.5 and 5, in order.

Belongs here: which checks there are. Does not: any of them; dimensions (`dimensions`)
and instances have their own.
"""

from collections.abc import Callable, Iterable

from xbrl.problem import Problem
from xbrl.taxonomy.model import Taxonomy
from xbrl.validation import (
    taxonomy_arcs,
    taxonomy_concepts,
    taxonomy_cycles,
    taxonomy_documents,
    taxonomy_links,
    taxonomy_particles,
    taxonomy_patterns,
    taxonomy_references,
    taxonomy_roles,
    taxonomy_roots,
    taxonomy_schemas,
)

CHECKS: tuple[Callable[[Taxonomy], Iterable[Problem]], ...] = (
    taxonomy_roots.problems,
    taxonomy_schemas.problems,
    taxonomy_patterns.problems,
    taxonomy_documents.problems,
    taxonomy_concepts.problems,
    taxonomy_particles.problems,
    taxonomy_roles.problems,
    taxonomy_references.problems,
    taxonomy_links.problems,
    taxonomy_arcs.problems,
    taxonomy_cycles.problems,
)


def validate(taxonomy: Taxonomy) -> list[Problem]:
    """What is wrong with a discovered taxonomy; nothing can be said of one read from Parquet.

    What discovery itself met (a missing document) is in `taxonomy.problems`.
    """
    return [problem for check in CHECKS for problem in check(taxonomy)]
