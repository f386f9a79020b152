"""Whether a discoverable taxonomy set is valid: every check of XBRL 2.1 § 3.5 and 5, in order.

Belongs here: which checks there are. Does not: any of them; dimensions (`dimensions`)
and instances have their own.
"""

from collections.abc import Callable, Collection, Iterable

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
    taxonomy_concepts.problems,
    taxonomy_particles.problems,
    taxonomy_roles.problems,
    taxonomy_references.problems,
    taxonomy_links.problems,
    taxonomy_arcs.problems,
    taxonomy_cycles.problems,
)


def validate(taxonomy: Taxonomy, only: Collection[str] | None = None) -> list[Problem]:
    """What is wrong with a discovered taxonomy; nothing can be said of one read from Parquet.

    `only` are the addresses of the documents whose own content is judged, the others' being
    judged before: that is most of the time. What the documents make together is judged always.
    What discovery itself met (a missing document) is in `taxonomy.problems`.
    """
    found = [*taxonomy_documents.problems(taxonomy, only)]
    return found + [problem for check in CHECKS for problem in check(taxonomy)]
