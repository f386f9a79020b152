"""Every connector has a page a stranger can follow, whose keys are those the connector takes."""

import re
from pathlib import Path

import pytest

from assets.sources import registry

_DOCS = Path(__file__).parents[3] / "docs"
_PAGE = {"sie4": "sie", "sie5": "sie"}
_PARTS = (
    "Connect", "What is read", "How nothing is lost", "What has been proved", "Findings and errors",
)  # fmt: skip
_BLOCK = re.compile(r"```toml\n(.*?)```", re.DOTALL)


def page_of(system: str) -> Path:
    return _DOCS / "sources" / f"{_PAGE.get(system, system)}.md"


def keys(page: Path) -> set[str]:
    """The keys of the page's table, or of the page it refers to for its keys."""
    text = page.read_text("utf-8")
    table = re.search(r"^\| Key \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    if table is None:
        other = re.search(r"The keys are those of \[[^]]+\]\((\w+\.md)\)", text)
        assert other, f"{page.name} has no table of keys and refers to none"
        return keys(page.parent / other.group(1))
    cells = [row.split("|")[1] for row in table.group(1).splitlines()]
    return {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize("system", registry.ids())
def test_a_page_tells_exactly_the_keys_the_connector_takes(system: str) -> None:
    assert keys(page_of(system)) == set(registry.load(system).options)


@pytest.mark.parametrize("system", registry.ids())
def test_the_example_connection_of_a_page_has_what_is_required(system: str) -> None:
    blocks = [b for b in _BLOCK.findall(page_of(system).read_text("utf-8")) if "[[conn" in b]
    assert blocks
    written = re.findall(r"^\s*(\w+) = ", blocks[0], re.MULTILINE)
    options = registry.load(system).options
    assert {key for key, (is_required, _) in options.items() if is_required} <= set(written)
    assert set(written) <= {*options, "id", "company", "system"}


@pytest.mark.parametrize("system", registry.ids())
def test_the_parts_of_a_page_come_in_one_order_under_the_same_headings(system: str) -> None:
    told = re.findall(r"^## (.+)$", page_of(system).read_text("utf-8"), re.MULTILINE)
    assert [heading for heading in told if heading in _PARTS] == [
        part for part in _PARTS if part in told
    ]
    assert {"Connect", "What is read", "What has been proved", "Findings and errors"} <= {*told}


def test_every_page_is_of_a_connector_and_linked_from_the_index() -> None:
    pages = {page_of(system).name for system in registry.ids()}
    assert pages == {page.name for page in (_DOCS / "sources").glob("*.md")}
    index = (_DOCS / "index.md").read_text("utf-8")
    assert set(re.findall(r"\(sources/(\w+\.md)\)", index)) == pages
