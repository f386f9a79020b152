"""Every fact Arelle reads from instances, aspect by aspect, as JSON lines.

Runs in a process of its own, offline:

    python tests/peers/arelle_facts.py [--package ZIP]… [--without-dts] FILE…

One line per file: `{"file", "seconds", "facts": […], "footnotes": […], "errors": […]}`, or
`"failure"` where Arelle could not load it. Aspects are written as our own tables
write them (Clark names, exclusive canonical XML), so that equality is equality of text.

Belongs here: Arelle's answers, unchanged. Does not: comparing them (`tests.peers.compare`).
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from arelle import Cntlr, FileSource, ModelDocument, PackageManager, XmlUtil
from arelle.ModelInstanceObject import ModelFact
from lxml import etree

# Arelle's own package brings no SEC transformations.
SEC = "http://www.sec.gov/inlineXBRL/transformation/2015-08-31"


def controller(packages: list[str]) -> Cntlr.Cntlr:
    """Arelle without network, window or log on screen."""
    made = Cntlr.Cntlr(hasGui=False, logFileName="logToBuffer")
    made.webCache.workOffline = True
    PackageManager.init(made, loadPackagesConfig=False)
    for package in packages:
        PackageManager.addPackage(made, package)
    PackageManager.rebuildRemappings(made)
    return made


def read(cntlr: Cntlr.Cntlr, file: str, *, dts: bool) -> dict[str, Any]:
    """All that Arelle reads from one file."""
    began = time.perf_counter()
    manager = cntlr.modelManager
    manager.skipDTS = not dts
    cntlr.logHandler.clearLogBuffer()
    model = manager.load(FileSource.openFileSource(file, cntlr))
    seconds = time.perf_counter() - began
    try:
        if model is None or model.modelDocument is None:
            return {"file": file, "failure": cntlr.logHandler.getText()}
        kind = model.modelDocument.type
        if kind not in {ModelDocument.Type.INSTANCE, ModelDocument.Type.INLINEXBRL,
                        ModelDocument.Type.INLINEXBRLDOCUMENTSET}:  # fmt: skip
            return {"file": file, "failure": f"read as {ModelDocument.Type.typeName[kind]}"}
        facts = [fact(f, parent) for f, parent in every_fact(model.facts)]
        return {
            "file": file,
            "seconds": seconds,
            "facts": facts,
            "footnotes": sorted(footnotes(model)),
            "errors": [str(error) for error in model.errors],
        }
    finally:
        if model is not None:
            manager.close(model)


def every_fact(
    facts: list[ModelFact], parent: ModelFact | None = None
) -> Iterator[tuple[ModelFact, ModelFact | None]]:
    """Facts with the tuple each stands in, tuples before their children."""
    for one in facts:
        yield one, parent
        yield from every_fact(one.modelTupleFacts, one)


def fact(one: ModelFact, parent: ModelFact | None) -> dict[str, Any]:
    """One fact, every aspect as text."""
    context, unit = one.context, one.unit
    kind = "tuple" if one.isTuple else "fraction" if one.isFraction else "item"
    return {
        "kind": kind,
        "concept": one.qname.clarkNotation,
        "line": one.sourceline,
        "id": one.get("id"),
        "context": None if context is None else aspects(context),
        "unit": None if unit is None else measures(unit),
        "value": None if one.isNil or kind == "tuple" else value(one, kind),
        "decimals": one.get("decimals"),
        "precision": one.get("precision"),
        "nil": one.isNil,
        "language": XmlUtil.ancestorOrSelfAttr(one, "{http://www.w3.org/XML/1998/namespace}lang"),
        "parent": None if parent is None else parent.qname.clarkNotation,
    }


def value(one: ModelFact, kind: str) -> str:
    """The lexical value; what Arelle could not transform is told as such."""
    try:
        if getattr(one, "format", None) is not None and one.format.namespaceURI == SEC:
            return "!format"
        if kind == "fraction":
            return "/".join(part.strip() for part in one.fractionValue)
        return str(one.value)
    except Exception as error:  # noqa: BLE001  whatever Arelle raises is its answer
        return f"!{type(error).__name__}"


def aspects(context: Any) -> dict[str, Any]:
    """Entity, period and dimensions of a context."""
    return {
        "entity": list(context.entityIdentifier),
        "period": period(context),
        "dimensions": sorted(dimension(d) for d in context.qnameDims.values()),
        "segment": [canonical(e) for e in context.segNonDimValues],
        "scenario": [canonical(e) for e in context.scenNonDimValues],
    }


def dimension(one: Any) -> list[str]:
    """One dimension with its member."""
    member = one.memberQname.clarkNotation if one.isExplicit else canonical(one.typedMember)
    return [one.dimensionQname.clarkNotation, member]


def period(context: Any) -> list[str | None]:
    """Kind and exact moments; a date as an end is the midnight that ends it."""
    if context.isForeverPeriod:
        return ["forever", None, None]
    if context.isInstantPeriod:
        return ["instant", None, moment(context.instantDatetime)]
    return ["duration", moment(context.startDatetime), moment(context.endDatetime)]


def moment(at: Any) -> str | None:
    """ISO 8601."""
    return None if at is None else at.isoformat()


def measures(unit: Any) -> list[list[str]]:
    """Numerator and denominator."""
    return [sorted(m.clarkNotation for m in side) for side in unit.measures]


def canonical(element: Any) -> str:
    """Exclusive canonical XML."""
    text: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    return text.decode()


def footnotes(model: Any) -> list[list[str]]:
    """Each relationship from a fact: arcrole, link role, from, to."""
    found = []
    for arc in model.relationshipSet("XBRL-footnotes").modelRelationships:
        source, target = arc.fromModelObject, arc.toModelObject
        if not isinstance(source, ModelFact) or target is None:
            continue
        to = (
            f"fact {target.qname.clarkNotation}"
            if isinstance(target, ModelFact)
            else f"{target.xmlLang or ''} {' '.join(target.textValue.split())}"
        )
        found.append([arc.arcrole, arc.linkrole, f"{source.qname.clarkNotation}", to])
    return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", action="append", default=[])
    parser.add_argument("--without-dts", action="store_true")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    cntlr = controller(options.package)
    for file in options.files:
        answer = read(cntlr, str(Path(file).resolve()), dts=not options.without_dts)
        print(json.dumps(answer, default=str), flush=True)  # noqa: T201  this is its output
    cntlr.close()


if __name__ == "__main__":
    main()
