"""Many messages at once: what is said against one is not told of another."""

import sys
from concurrent.futures import ThreadPoolExecutor

from lxml import etree

from assets.deliveries.skat_schemas import VAT, violations


def message(wrong: str) -> etree._Element:
    root = etree.Element(f"{{{VAT}}}VirksomhedKalenderHent_I")
    etree.SubElement(root, wrong)
    return root


def test_what_is_said_against_one_message_is_not_told_of_another() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    names = [f"forkert{one % 4}" for one in range(200)]
    try:
        with ThreadPoolExecutor(4) as threads:
            told = list(threads.map(lambda name: violations(message(name)), names))
    finally:
        sys.setswitchinterval(before)
    assert all(len(one) == 1 and name in one[0] for name, one in zip(names, told, strict=True))
