"""The tables of what arrived do not depend on how the events were cut into batches."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.authority.arrivals import again, run, writing
from assets.sources.connector import silent
from tests.arrivals_service import MemoryService
from warehouse.store import Store

_SE = ("10150817", "12345674")
_TABLES = [table for table in writing.ARRIVALS if table != writing.RUN]


@st.composite
def services(draw: st.DrawFn) -> MemoryService:
    """Drafts, decisions, corrections, lists, refusals and poison, in any order."""
    service = MemoryService()
    drafts: list[str] = []
    for number in range(draw(st.integers(4, 14))):
        se_number = draw(st.sampled_from(_SE))
        match draw(st.sampled_from(["vat", "decide", "list", "refuse", "poison", "lost"])):
            case "vat":
                service.vat(f"v{number}", se_number, draw(st.integers(0, 3)))
                drafts.append(f"v{number}")
            case "decide" if drafts:
                status = draw(st.sampled_from(["accepted", "rejected", "replaced"]))
                service.tell("vat_return", draw(st.sampled_from(drafts)), status)
            case "list":
                service.listed(f"l{number}", se_number, 100)
            case "refuse":
                service.give("vat_return", f"message-{number}", b"<soap/>", "", (None, None))
                service.tell("vat_return", f"message-{number}", "refused", "4801")
            case "poison":
                service.give("vat_return", f"p{number}", b"<Angivelse>", se_number)
                service.tell("vat_return", f"p{number}", "waiting", "5001")
                drafts.append(f"p{number}")
            case _:
                service.tell("eu_sales_list", f"x{number}", "accepted")
    return service


@settings(max_examples=5, deadline=None)
@given(services(), st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_any_cut_of_the_events_gives_the_same_bytes(
    service: MemoryService, sizes: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, cut = Store(Path(folder) / "whole"), Store(Path(folder) / "cut")
        run.take_in(whole, service, silent)
        for size in sizes:
            run.take_in(cut, service, silent, at_most=size)
        again.again(cut, service, silent)
        made = run.take_in(cut, service, silent)
        run.take_in(cut, service, silent)
        assert {t: whole.content_sha256(t) for t in _TABLES} == {
            t: cut.content_sha256(t) for t in _TABLES
        }
        assert run.cursor(whole)[1] == run.cursor(cut)[1] == len(service.told)
        assert all(one.reconciles for one in made)
