"""The generated pages are those the code gives now."""

import pytest

from pipelines import docs


@pytest.mark.parametrize("path", docs.pages(), ids=lambda path: path.name)
def test_generated_pages_are_current(path) -> None:
    assert path.read_text() == docs.pages()[path], f"{path.name} is out of date: run `make docs`"


def test_every_area_of_the_corpus_is_on_the_errors_page() -> None:
    page = docs.errors()
    for corpus in docs.CORPUS.glob("*.toml"):
        assert docs._section(corpus) in page
