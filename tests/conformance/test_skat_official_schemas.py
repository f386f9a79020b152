"""Our own schemas accept and reject exactly what the tax agency's do."""

import copy
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from assets.authority.service import answers
from assets.authority.service.register import Frequency
from assets.deliveries import skat_messages
from assets.deliveries.skat_schemas import violations
from assets.filings import eu_sales_list, vat_return

NOW = datetime(2026, 4, 10, 8, tzinfo=UTC)
START, END = date(2026, 1, 1), date(2026, 3, 31)
TEXTS = ["", " ", "abc", "0", "-5", "+5", "1.5", "1e3", "12345678", "123456789", "2026-02-28",
         "2026-02-30", "2026-02-28Z", "2026-02-28T10:00:00", "x" * 100, "x" * 101, "QUJD", "QUJ",
         "DKK", "dkk", "1234567890123456", "1" * 26, "1" * 27]  # fmt: skip
HEAD = answers.Head("t-1", "Service", NOW)


def zero_return() -> bytes:
    amounts = dict.fromkeys(vat_return.FIELDS, 0)
    return vat_return.write(vat_return.VatReturn("12345674", START, END, amounts))


def sales_list() -> bytes:
    buyers = (eu_sales_list.Buyer("1", "EL", "094259216", 1, 2, 3),)
    return eu_sales_list.write(eu_sales_list.SalesList("12345674", END, buyers))


MESSAGES = {
    "draft_in": ("ModtagMomsangivelseForeloebig", skat_messages.vat_draft(zero_return(), "t", NOW)),
    "draft_out": (
        "ModtagMomsangivelseForeloebig",
        answers.draft(HEAD, errors=[507], notices=[5001], reference="r", link="http://x"),
    ),
    "receipt_in": (
        "MomsangivelseKvitteringHent",
        skat_messages.vat_receipt("r", "12345674", "t", NOW),
    ),
    "receipt_out": (
        "MomsangivelseKvitteringHent",
        answers.receipt(HEAD, notices=[4810], pdf=b"PDF", number=1, amount=-5, due=END),
    ),
    "calendar_in": (
        "VirksomhedKalenderHent",
        skat_messages.vat_calendar("12345674", (START, END), "t", NOW),
    ),
    "calendar_out": (
        "VirksomhedKalenderHent",
        answers.calendar(
            HEAD, "12345674", dates=[(Frequency("month", START, END), [START, END])]
        ),
    ),
    "list_in": ("eu-salg", skat_messages.sales_list(sales_list(), START, "t", NOW)),
    "list_out": ("eu-salg", answers.sales_list(HEAD, errors={9001: "x"}, number="12345")),
}  # fmt: skip


def official(shared_data: Path, service: str) -> etree.XMLSchema:
    if service == "eu-salg":
        return etree.XMLSchema(file=str(shared_data / "skat/eu-salg/xsd/svc.xsd"))
    folder = shared_data / "skat/momsangivelse-xsd" / service
    return etree.XMLSchema(file=str(folder / "urn_oio_skat_nemvirksomhed_ws_1_0_0.xsd"))


def variants(root: etree._Element) -> Iterator[etree._Element]:
    """The message itself, and every small thing that can be wrong with it."""
    yield root
    for place, element in enumerate(root.iter()):
        for change in ("drop", "twice", "rename", "swap", "attribute", *TEXTS):
            if change in ("drop", "twice", "swap") and element is root:
                continue
            if change in TEXTS and len(element):
                continue
            yield changed(root, place, change)


def changed(root: etree._Element, place: int, change: str) -> etree._Element:
    root = copy.deepcopy(root)
    element = list(root.iter())[place]
    parent = element.getparent()
    if change == "drop":
        parent.remove(element)
    elif change == "twice":
        element.addnext(copy.deepcopy(element))
    elif change == "swap":
        parent.insert(0, element)
    elif change == "rename":
        element.tag = element.tag + "X"
    elif change == "attribute":
        element.set("scheme", "imk")
    else:
        element.text = change
    return root


def reread(root: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(root))


@pytest.mark.parametrize("name", MESSAGES)
def test_our_schemas_judge_every_variant_as_the_official_ones_do(shared_data, name):
    service, message = MESSAGES[name]
    theirs = official(shared_data, service)
    verdicts = {True: 0, False: 0}
    for variant in variants(reread(message)):
        root = reread(variant)
        accepted = theirs.validate(root)
        ours = violations(root)
        assert (not ours) == accepted, (etree.tostring(root), ours, theirs.error_log)
        verdicts[accepted] += 1
    assert verdicts[True] > 5
    assert verdicts[False] > 20


@pytest.mark.parametrize("name", MESSAGES)
def test_what_we_write_is_valid_by_the_official_schemas(shared_data, name):
    service, message = MESSAGES[name]
    official(shared_data, service).assertValid(reread(message))


@pytest.mark.parametrize(
    "name",
    [
        "ModtagMomsangivelseForeloebig_I_Document.xml",
        "MomsangivelseKvitteringHent_I_Document.xml",
        "VirksomhedKalenderHent_I_Document.xml",
    ],
)
def test_the_agencys_own_examples_get_the_same_verdict(shared_data, name):
    root = etree.parse(shared_data / "skat/momsangivelse-examples" / name).getroot()
    accepted = official(shared_data, name.split("_I_")[0]).validate(root)
    assert (not violations(root)) == accepted
    # The draft's example writes empty amounts, which its own schema refuses.
    assert accepted == (not name.startswith("Modtag"))


def test_the_sales_list_example_is_accepted(shared_data):
    root = etree.parse(shared_data / "skat/eu-salg/sample_request.xml").getroot()
    assert violations(root) == []
