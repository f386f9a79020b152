"""The error corpus: every message a person can meet, written down once.

`tests/errors/corpus/<area>.toml` holds the cases; the tests produce each error
and compare; `docs/errors.md` is generated from the same files.
"""

import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"


def expected(area: str, case_id: str, **values: object) -> str:
    """The exact message of one case, its {braces} filled in."""
    cases = tomllib.loads((FOLDER / f"{area}.toml").read_text())["case"]
    (case,) = [case for case in cases if case["id"] == case_id]
    return str(case["message"]).format(**values)
