"""Arelle, kept warm: a process that judges filings one after another, offline.

    python -P -m assets.filings.annual.arelle_worker

JSON lines in and out. A request is `{"file", "package", "entry_points", "disclosure_system",
"seconds", "mebibytes"}`; its answer `{"messages": […], "seconds"}`, or `{"failure": "…"}`. The
taxonomy behind a set of entry points is loaded once. Each filing is then judged in a fork of this
process, which sees the loaded taxonomy and is thrown away after: one filing cannot change what is
said of the next, and one that crashes, hangs or grows takes only its fork with it.

What belongs to the taxonomy package alone (its links and schemas) is not judged again with each
filing: `indberet taxonomy add --check` does that. Its relationships, formulas and dimensions are.

Belongs here: Arelle's words, unchanged. Does not: what they mean for a filing (`proof`), or
keeping this process alive (`arelle_process`).
"""

import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NoReturn

_KEPT = 2
"""Taxonomies held at once; the Danish one is some 290 MiB."""
_LEVELS = frozenset({"ERROR", "CRITICAL", "WARNING", "INCONSISTENCY"})
"""Arelle's log levels that say that something is wrong; the others tell how it goes."""
_FULL = "exception:MemoryError"
_UNSAID = "Arelle gave the code and no words."


def main() -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever prints goes to standard error: only answers are answers
    arelle = Loaded()
    for line in sys.stdin:
        try:
            answer = arelle.judge(json.loads(line))
        except Exception as error:  # noqa: BLE001  (the next request is answered all the same)
            answer = {"failure": f"failed with {type(error).__name__}: {error}"}
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()


class Loaded:
    """A controller, and the taxonomies loaded so far, the newest last."""

    def __init__(self) -> None:
        made = importlib.import_module("arelle.Cntlr")
        self._cntlr = made.Cntlr(
            hasGui=False, logFileName="logToBuffer", disable_persistent_config=True
        )
        self._cntlr.webCache.workOffline = True
        packages = importlib.import_module("arelle.PackageManager")
        packages.init(self._cntlr, loadPackagesConfig=False)
        plugins = importlib.import_module("arelle.PluginManager")
        plugins.addPluginModule("validate/DBA")
        plugins.reset()
        formula = importlib.import_module("arelle.ModelFormulaObject")
        modes = importlib.import_module("arelle.ValidateXbrlDTS").ValidateBaseTaxonomiesMode
        manager = self._cntlr.modelManager
        manager.loadCustomTransforms()
        manager.formulaOptions = formula.FormulaOptions()
        manager.baseTaxonomyValidationMode = modes.NONE
        manager.validateDisclosureSystem = True
        manager.validateUtr = True
        self._taxonomies: dict[tuple[str, ...], Any] = {}
        self._packages: set[str] = set()

    def judge(self, request: dict[str, Any]) -> dict[str, Any]:
        """What Arelle says of one filing."""
        self._cntlr.modelManager.disclosureSystem.select(request["disclosure_system"])
        taxonomy = self._taxonomy(request["package"], tuple(request["entry_points"]))
        return _in_a_fork(lambda: self._messages(taxonomy, request["file"]), request)

    def _taxonomy(self, package: str, entry_points: tuple[str, ...]) -> Any:
        if entry_points not in self._taxonomies:
            while len(self._taxonomies) >= _KEPT:
                oldest = next(iter(self._taxonomies))
                self._cntlr.modelManager.close(self._taxonomies.pop(oldest))
            self._taxonomies[entry_points] = self._load(package, entry_points)
        self._taxonomies[entry_points] = self._taxonomies.pop(entry_points)
        return self._taxonomies[entry_points]

    def _load(self, package: str, entry_points: tuple[str, ...]) -> Any:
        """The taxonomy with its relationships, and everything of it out of the collector's way."""
        if package not in self._packages:
            packages = importlib.import_module("arelle.PackageManager")
            packages.addPackage(self._cntlr, package)
            packages.rebuildRemappings(self._cntlr)
            self._packages.add(package)
        sources = importlib.import_module("arelle.FileSource")
        documents = importlib.import_module("arelle.ModelDocument")
        gc.unfreeze()
        first, *others = entry_points
        model = self._cntlr.modelManager.load(sources.openFileSource(first, self._cntlr))
        for url in others:
            documents.load(model, url, isDiscovered=True)
        wrong = [one["message"] for one in self._said(model)]
        if wrong:
            raise ValueError(f"{first} could not be loaded: {' '.join(wrong[:3])}")
        for key in list(model.baseSets):
            model.relationshipSet(*key)
        gc.collect()
        gc.freeze()
        return model

    def _messages(self, taxonomy: Any, file: str) -> dict[str, Any]:
        """Load the filing onto the taxonomy and judge it; runs in the fork."""
        documents = importlib.import_module("arelle.ModelDocument")
        models = importlib.import_module("arelle.ModelXbrl")
        validation = importlib.import_module("arelle.Validate")
        began = time.perf_counter()
        _judge_once(set(taxonomy.urlDocs.values()))
        taxonomy.modelDocument = documents.load(taxonomy, file, isEntry=True)
        if taxonomy.modelDocument is None:
            return {"messages": self._said(taxonomy), "seconds": time.perf_counter() - began}
        models.loadSchemalocatedSchemas(taxonomy)
        validation.Validate(taxonomy).validate()
        return {"messages": self._said(taxonomy), "seconds": time.perf_counter() - began}

    def _said(self, model: Any) -> list[dict[str, Any]]:
        """What was logged as wrong since the last time, and every code that was counted."""
        records = self._cntlr.logHandler.logRecordBuffer
        said = [_message(record) for record in records if record.levelname in _LEVELS]
        codes = {one["code"] for one in said}
        unsaid = sorted({str(one) for one in model.errors if isinstance(one, str)} - codes)
        said += [
            {"level": "ERROR", "code": code, "message": _UNSAID, "places": []} for code in unsaid
        ]
        records.clear()
        model.errors.clear()
        return said


def _judge_once(known: set[Any]) -> None:
    """Leave out what Arelle judges of the taxonomy's own links and schemas."""
    instances = importlib.import_module("arelle.ValidateXbrl").ValidateXbrl
    schemas: Any = importlib.import_module("arelle.ValidateXbrlDTS")
    links, documents = instances.checkLinks, schemas.checkDTS

    def check_links(self: Any, found: Any) -> None:
        links(self, [one for one in found if one.modelDocument not in known])

    def check_document(val: Any, document: Any, checked: set[Any]) -> None:
        if document in known:
            checked.add(document)
        else:
            documents(val, document, checked)

    instances.checkLinks = check_links
    schemas.checkDTS = check_document


def _message(record: Any) -> dict[str, Any]:
    places = [
        {
            "href": str(one.get("href", "")).rpartition("/")[2],
            "line": one["sourceLine"] if isinstance(one.get("sourceLine"), int) else None,
        }
        for one in getattr(record, "refs", None) or []
    ]
    return {
        "level": record.levelname,
        "code": getattr(record, "messageCode", ""),
        "message": " ".join(record.getMessage().split()),
        "places": places[:20],
    }


def _in_a_fork(work: Callable[[], dict[str, Any]], limits: dict[str, Any]) -> dict[str, Any]:
    """The answer of `work`, done in a child within `limits`; or how the child ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, writing, limits["mebibytes"])
    os.close(writing)
    try:
        parts = list(_parts(reading, time.monotonic() + limits["seconds"]))
    except TimeoutError:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return {"failure": f"took longer than {limits['seconds']:g} seconds"}
    finally:
        os.close(reading)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == 0 and parts:
        answer: dict[str, Any] = json.loads(b"".join(parts))
        return answer
    how = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
    return {"failure": f"was ended {how}"}


def _parts(reading: int, deadline: float) -> Iterator[bytes]:
    """What comes through a pipe. Raises `TimeoutError` when it has not ended in time."""
    while True:
        ready, _, _ = select.select([reading], [], [], max(deadline - time.monotonic(), 0))
        if not ready:
            raise TimeoutError
        part = os.read(reading, 1 << 16)
        if not part:
            return
        yield part


def _work(work: Callable[[], dict[str, Any]], writing: int, mebibytes: int) -> NoReturn:
    """Do `work` in the child, write its answer, and end without what a process does at its end."""
    gc.disable()
    resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))
    code = 1
    with suppress(BaseException):  # no traceback may reach the pipe; the exit code tells
        full = {"failure": f"needed more than {mebibytes} MiB"}
        try:
            answer = work()
            if any(one["code"] == _FULL for one in answer["messages"]):
                answer = full
        except MemoryError:
            answer = full
        except Exception as error:  # noqa: BLE001  (told as what it is)
            answer = {"failure": f"failed with {type(error).__name__}: {error}"}
        with os.fdopen(writing, "wb") as out:
            out.write(json.dumps(answer, ensure_ascii=False).encode())
        code = 0
    os._exit(code)


if __name__ == "__main__":
    main()
