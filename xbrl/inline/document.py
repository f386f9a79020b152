"""Inline XBRL documents and document sets to instances, one per target document.

Belongs here: the order of reading. Does not: any part of it (see the modules beside).

Source: Inline XBRL 1.1 (2013-11-18) § 3; Inline XBRL 1.0 (2010-04-20).
"""

from collections.abc import Iterable, Sequence

from lxml.etree import _Element

from xbrl.inline.codes import code, problem
from xbrl.inline.continuations import Continuations
from xbrl.inline.facts import COLUMNS, Row, Rows, columns, of_facts
from xbrl.inline.markup import read_markup
from xbrl.inline.page import DEEPEST, Page, page_of
from xbrl.inline.relationships import Relationships
from xbrl.inline.resources import Resources, reference_languages
from xbrl.inline.tuples import Tuples
from xbrl.lines import line_of
from xbrl.model import Instance
from xbrl.names import IX_11, XHTML
from xbrl.parse import parse
from xbrl.problem import Problem, Severity

_CONTEXT = COLUMNS.index("context_id")
_UNIT = COLUMNS.index("unit_id")


def read_inline(files: Sequence[tuple[str, bytes]]) -> list[Instance]:
    """The target documents of an inline document set, given as names and bytes.

    The default target comes first, the others by name. A file that cannot be read is a
    problem of the first; the rest of the set is read. Never raises for bad data.
    """
    names = tuple(name for name, _ in files)
    problems: list[Problem] = []
    pages: list[Page] = []
    for index, (name, data) in enumerate(files):
        parsed = parse(name, data)
        problems += parsed.problems
        if parsed.root is not None:
            pages.append(page_of(index, parsed, len(data)))
            problems += _unexpected(pages[-1])
    instances = _targets(pages)
    first = instances[0]
    first.problems[:0] = problems
    first.problems += [_too_deep(page) for page in pages if page.allowance.is_spent]
    first.markup = [row for page in pages for row in read_markup(page)]
    prefixes: dict[str, str] = {}
    for page in pages:
        prefixes = page.names.used | prefixes
    for instance in instances:
        instance.files = names
        instance.roots = tuple(page.root for page in pages)
        instance.prefixes = prefixes
    return instances


def _targets(pages: Sequence[Page]) -> list[Instance]:
    """The target documents of parsed pages. Source: Inline XBRL 1.1 § 3.2."""
    continuations = Continuations(pages)
    rows = Rows(continuations, reference_languages(pages))
    for page in pages:
        rows.add(page)
    by_target = rows.by_target
    tuples = Tuples(pages)
    if any(page.elements.get("tuple") for page in pages):
        by_target = {target: tuples.settle(found) for target, found in by_target.items()}
    relationships = Relationships(pages, by_target, continuations)
    resources = Resources(pages)
    every = [row for found in by_target.values() for row in found]
    resources.read({row[_CONTEXT] for row in every}, {row[_UNIT] for row in every})
    references = resources.references()
    names = sorted({*by_target, *references}, key=lambda name: name or "") or [None]
    instances = []
    for name in names:
        instance = Instance("inline", name, ())
        facts = by_target.get(name, [])
        instance.footnotes = relationships.rows.get(name, [])
        instance.references = references.get(name, []) + resources.roles(
            instance.footnotes, is_only_target=len(names) == 1
        )
        _use_resources(instance, facts, resources)
        instance.facts = columns(facts)
        instance.problems += of_facts(rows.problems, name, instance.facts)
        instance.problems += _unresolved(instance, pages)
        instances.append(instance)
    unused = continuations.unused()
    instances[0].problems += [
        *continuations.problems,
        *tuples.problems,
        *relationships.problems,
        *resources.problems,
        *unused,
        *_missing_references(pages, names, references),
    ]
    return instances


def _use_resources(instance: Instance, rows: Iterable[Row], resources: Resources) -> None:
    """The contexts and units a target's facts use. Source: Inline XBRL 1.1 § 14.2."""
    contexts = {row[_CONTEXT] for row in rows}
    units = {row[_UNIT] for row in rows}
    instance.contexts = {id_: c for id_, c in resources.contexts.items() if id_ in contexts}
    instance.units = {id_: u for id_, u in resources.units.items() if id_ in units}


def _unresolved(instance: Instance, pages: Sequence[Page]) -> list[Problem]:
    """Facts whose context or unit is not there, or not named.

    Source: Inline XBRL 1.1 § 7.1.3, 10.1.2, 11.1.2.
    """
    facts = instance.facts
    contexts = {id_ for id_ in facts.context_id if id_ not in instance.contexts}
    units = {id_ for id_ in facts.unit_id if id_ not in instance.units}
    if not contexts and not units:
        return []
    files = {page.index: page.name for page in pages}
    found = []
    for place, element in enumerate(facts.element):
        file = files[facts.file[place]]
        context, unit = facts.context_id[place], facts.unit_id[place]
        if context in contexts and facts.kind[place] != "tuple":
            found.append(_missing(element, file, "context", context, place))
        if unit in units and (unit is not None or _needs_unit(element)):
            found.append(_missing(element, file, "unit", unit, place))
    return found


def _needs_unit(element: _Element) -> bool:
    return str(element.tag).endswith(("}nonFraction", "}fraction"))


def _missing(element: _Element, file: str, kind: str, id_: str | None, place: int) -> Problem:
    found = f"no {kind}Ref" if id_ is None else f"{kind}Ref {id_!r}"
    return problem(
        element,
        file,
        f"{kind}Reference",
        f"Fact {element.get('name')}: a {kind} of ix:resources was expected, {found} found.",
        f"Declare the {kind}, or correct the reference.",
        facts=(place,),
    )


def _unexpected(page: Page) -> list[Problem]:
    """A file that is no inline document, or of two versions at once. Source: § 3.3.1."""
    found = []
    if page.root.tag != f"{{{XHTML}}}html":
        message = f"A root html in the namespace {XHTML} was expected, {page.root.tag} found."
        remedy = f'Declare xmlns="{XHTML}" on the root.'
        found.append(_of_page(page, "html", "rootElement", message, remedy))
    if page.namespace is None:
        message = "An inline XBRL document was expected; no inline XBRL element found."
        remedy = "Send the document with its inline XBRL tags."
        found.append(
            Problem(
                "read:not-inline",
                Severity.ERROR,
                message,
                page.name,
                line_of(page.root),
                remedy=remedy,
            )
        )
    for element in page.strangers:
        if not str(element.tag).startswith(f"{{{page.namespace}}}"):
            message = f"Elements of one inline namespace were expected ({page.namespace}); "
            message += f"{element.tag} found, and nothing of it is read."
            remedy = "Use one version of inline XBRL in a document."
            found.append(problem(element, page.name, "multipleIxNamespaces", message, remedy))
        else:
            message = f"{element.tag} is no element of inline XBRL; nothing of it is read."
            found.append(problem(element, page.name, "unknownElement", message, "Remove it."))
    return found


def _too_deep(page: Page) -> Problem:
    message = (
        f"The contents of facts within facts come to more than {DEEPEST} times the document; "
        "the facts after that are read without their content."
    )
    remedy = "Nest facts less deeply."
    line = line_of(page.root)
    return Problem("read:expansion", Severity.ERROR, message, page.name, line, remedy=remedy)


def _of_page(page: Page, element: str, name: str, message: str, remedy: str) -> Problem:
    namespace = page.namespace or IX_11
    return Problem(
        code(namespace, element, name),
        Severity.ERROR,
        message,
        page.name,
        line_of(page.root),
        remedy=remedy,
    )


def _missing_references(
    pages: Sequence[Page], names: Iterable[str | None], references: Iterable[str | None]
) -> list[Problem]:
    """Targets without ix:references. Source: Inline XBRL 1.1 § 12.1.2."""
    inline = [page for page in pages if page.namespace is not None]
    if not inline:
        return []
    known = set(references)
    return [
        _of_page(
            inline[0],
            "references",
            "missingReferenceTargets" if known else "missingReferences",
            f"An ix:references for {_target(name)} was expected in the document set, none found.",
            "Add ix:references with the schemaRef of the taxonomy.",
        )
        for name in names
        if name not in known
    ]


def _target(name: str | None) -> str:
    return "the default target" if name is None else f"target {name!r}"
