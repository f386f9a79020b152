"""What people see of a taxonomy: packages, an entry point, a concept.

Belongs here: facts about a compiled taxonomy and how they are laid out. Does not:
finding or compiling it.
"""

import difflib
from typing import Any

from pipelines.output import Output
from xbrl import names
from xbrl.names import split
from xbrl.taxonomy import compiled
from xbrl.taxonomy.library import Found, Installed, TaxonomyLibrary
from xbrl.taxonomy.model import Concept, Taxonomy

_COUNTED = ("taxonomy_concept", "taxonomy_label", "taxonomy_relationship", "taxonomy_document")


def package_row(library: TaxonomyLibrary, package: Installed) -> dict[str, Any]:
    """One package as a row."""
    ways = library.entry_points(package)
    size = sum(p.stat().st_size for way in ways for p in way.folder.glob("*.parquet"))
    done = sum(compiled.summary(way.folder) is not None for way in ways)
    return {
        "name": package.name, "version": package.version, "published": package.published,
        "file": package.file, "package": package.package_id[:12],
        ">entry points": len(ways), ">compiled": done,
        ">zip MB": round(package.byte_count / 1e6, 1), ">compiled MB": round(size / 1e6, 1),
    }  # fmt: skip


def entry_point_row(found: Found) -> dict[str, Any]:
    """One entry point as a row; counts are empty until it is compiled."""
    said = compiled.summary(found.folder)
    counts = {table: said["counts"][table] if said else None for table in _COUNTED}
    return {
        "package": found.package.package_id[:12],
        "entry point": found.entry_point.name,
        "address": " ".join(found.entry_point.documents),
    } | {f">{table.removeprefix('taxonomy_')}s": count for table, count in counts.items()}


def package_data(library: TaxonomyLibrary, package: Installed) -> dict[str, Any]:
    """One package for a program."""
    return {
        "package_id": package.package_id, "name": package.name, "version": package.version,
        "identifier": package.identifier, "publisher": package.publisher,
        "published": package.published, "file": package.file, "added_at": package.added_at,
        "entry_points": [
            {
                "name": one.entry_point.name,
                "documents": one.entry_point.documents,
                "counts": (compiled.summary(one.folder) or {}).get("counts"),
            }
            for one in library.entry_points(package)
        ],
    }  # fmt: skip


def entry_point_facts(found: Found, taxonomy: Taxonomy, language: str) -> dict[str, Any]:
    """Counts, kinds of concepts, languages of labels, and the roles with their networks."""
    concepts = taxonomy.concepts.values()
    labels = [one for labels in taxonomy.labels.values() for one in labels]
    return {
        "name": found.entry_point.name,
        "documents": taxonomy.entry_points,
        "package": f"{found.package.name} {found.package.version}",
        "language": language,
        "concepts": {kind: sum(c.kind == kind for c in concepts)
                     for kind in sorted({c.kind for c in concepts})},
        "labels": {language: sum(one.language == language for one in labels)
                   for language in sorted({one.language for one in labels})},
        "counts": (compiled.summary(found.folder) or {}).get("counts"),
        "roles": _roles(taxonomy),
        "problems": [str(problem) for problem in taxonomy.problems],
    }  # fmt: skip


def show_entry_point(out: Output, facts: dict[str, Any]) -> None:
    """An entry point, for a person."""
    out.say(f"{facts['name']} ({facts['package']})")
    for url in facts["documents"]:
        out.say(f"  {url}")
    rows = [(name.removeprefix("taxonomy_"), count) for name, count in facts["counts"].items()]
    out.table("Counts", ["of", ">number"], rows)
    out.table("Concepts", ["kind", ">number"], facts["concepts"].items())
    out.table("Labels", ["language", ">number"], facts["labels"].items())
    columns = ["role", "definition", "network", ">relationships"]
    out.table("Roles", columns, [[row[c.lstrip(">")] for c in columns] for row in facts["roles"]])
    for problem in facts["problems"]:
        out.say(problem)


def _roles(taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """The link roles, by role, with the size of each network in it."""
    return [
        {
            "role": role, "definition": _definition(taxonomy, role),
            "network": arcrole.rpartition("/")[2], "relationships": len(relationships),
        }
        for role, arcrole, relationships in sorted(
            (role, arcrole, found)
            for arcrole, networks in taxonomy.relationships.items()
            for role, found in networks.items()
        )
    ]  # fmt: skip


def _definition(taxonomy: Taxonomy, role: str) -> str:
    declared = taxonomy.role_types.get(role, [])
    return next((one.definition for one in declared if one.definition), "")


def find_concept(taxonomy: Taxonomy, wanted: str) -> Concept | None:
    """The concept `wanted` means: prefix:Name, {namespace}Name, or a Name only one has."""
    if wanted in taxonomy.concepts:
        return taxonomy.concepts[wanted]
    prefix, _, local = wanted.rpartition(":")
    found = [one for one in taxonomy.concepts.values() if split(one.name)[1] == local]
    if prefix:
        found = [one for one in found if taxonomy.prefixes.get(split(one.name)[0]) == prefix]
    return found[0] if len(found) == 1 else None


def unknown_concept(taxonomy: Taxonomy, wanted: str, entry_point: str) -> str:
    """The message for a concept that is not there, with what is near."""
    shown = [_short(taxonomy, name) for name in taxonomy.concepts]
    local = wanted.rpartition(":")[2]
    near = [one for one in shown if one.rpartition(":")[2].casefold() == local.casefold()]
    near = near or difflib.get_close_matches(wanted, shown, n=3)
    hint = f" Near: {', '.join(near)}." if near else ""
    return (
        f'{entry_point} has no one concept "{wanted}".{hint} Write it as prefix:Name, as in '
        "fsa:Assets."
    )


def concept_facts(taxonomy: Taxonomy, wanted: str, language: str) -> dict[str, Any] | None:
    """All there is to know of one concept; None where there is none of that name."""
    concept = find_concept(taxonomy, wanted)
    if concept is None:
        return None
    return {
        "concept": _short(taxonomy, concept.name),
        "declaration": concept._asdict(),
        "labels": [one._asdict() for one in taxonomy.labels.get(concept.name, [])],
        "references": [one._asdict() for one in taxonomy.references.get(concept.name, [])],
        "places": _places(taxonomy, concept.name, language),
    }


def show_concept(out: Output, facts: dict[str, Any]) -> None:
    """A concept, for a person."""
    declared = [(key, value) for key, value in facts["declaration"].items() if value is not None]
    out.table(facts["concept"], ["", "declared"], declared)
    labels = sorted((one["language"], _tail(one["role"]), one["text"]) for one in facts["labels"])
    out.table("Labels", ["language", "role", "label"], labels)
    if facts["references"]:
        rows = [
            (one["number"], _tail(one["role"]), split(one["part"])[1], one["text"])
            for one in facts["references"]
        ]
        out.table("References", [">", "role", "part", "text"], rows)
    if facts["places"]:
        columns = list(facts["places"][0])
        out.table("Places", columns, [row.values() for row in facts["places"]])
    else:
        out.say("It stands in no network.")


def _places(taxonomy: Taxonomy, name: str, language: str) -> list[dict[str, Any]]:
    """Every relationship from or to the concept, by network."""
    found = []
    for arcrole, networks in sorted(taxonomy.relationships.items()):
        for role, relationships in sorted(networks.items()):
            for one in relationships:
                if name in {one.source, one.target}:
                    is_parent = one.source == name
                    other = one.target if is_parent else one.source
                    found.append(
                        {
                            "network": _tail(arcrole),
                            "role": role,
                            "is": "above" if is_parent else "below",
                            "concept": _short(taxonomy, other),
                            "label": _label(taxonomy, other, language),
                            "order": one.order,
                            "weight": one.weight,
                        }
                    )
    return found


def _label(taxonomy: Taxonomy, name: str, language: str) -> str:
    labels = [one for one in taxonomy.labels.get(name, []) if one.role == names.ROLE_LABEL]
    texts = {one.language: one.text for one in reversed(labels)}
    return texts.get(language) or next((one.text for one in labels), "")


def _short(taxonomy: Taxonomy, name: str) -> str:
    namespace, local = split(name)
    prefix = taxonomy.prefixes.get(namespace)
    return f"{prefix}:{local}" if prefix else name


def _tail(uri: str) -> str:
    return uri.rstrip("/").rpartition("/")[2]
