"""Suggested accounts, whatever a company calls its own."""

from hypothesis import given
from hypothesis import strategies as st

from assets.ledger.suggest import SURE, OwnAccount, suggest_accounts
from assets.ledger.suggest_chart import SOLE, WEAK, names, posted
from assets.ledger.suggest_words import meanings

ACCOUNTS = st.sampled_from(sorted(posted()))
NAMES = st.sampled_from(sorted({name.text for name in names()}))
KINDS = st.sampled_from([None, "asset", "liability", "equity", "revenue", "expense"])
OTHER_WORDS = st.sampled_from(
    ["Tab", "Skyldig", "Hensat", "Privat", "Tilgodehavende", "Udenlandsk", "Ikke", "Renter",
     "Afskrivning", "Gevinst", "Forudbetalt", "EU", "Leje", "Moms", "Regulering"]
)  # fmt: skip


def sure(name: str, kind: str | None) -> list[str]:
    found = suggest_accounts([OwnAccount("own", name, kind)])
    return [s.standard_code for s in found if s.confidence >= SURE]


@given(ACCOUNTS, st.integers(0, 20), st.booleans())
def test_a_word_left_out_never_makes_another_account_sure(code, place, is_kind_known):
    """Unless what is left is all that the other account's own name says."""
    account = posted()[code]
    words = account.name_da.split()
    left = " ".join(words[:place] + words[place + 1 :])
    for other in sure(left, account.kind if is_kind_known else None):
        if other != code:
            said = [
                name.says - WEAK - {SOLE} for name in names() if name.account == posted()[other]
            ]
            assert meanings(left) - WEAK - {SOLE} in said
            assert meanings(left) - WEAK != meanings(account.name_da) - WEAK


@given(NAMES, OTHER_WORDS, KINDS)
def test_a_further_word_that_tells_something_is_never_overlooked(name, word, kind):
    said = meanings(f"{word} {name}") - WEAK - {SOLE}
    for code in sure(f"{word} {name}", kind):
        known = [one.says - WEAK - {SOLE} for one in names() if one.account == posted()[code]]
        assert said in known or posted()[code].vat_role


@given(NAMES, KINDS)
def test_a_word_nobody_knows_takes_the_certainty_away(name, kind):
    assert sure(f"{name} kvikskranke", kind) == []


@given(st.permutations(range(12)), st.lists(st.tuples(NAMES, KINDS), min_size=12, max_size=12))
def test_the_order_of_accounts_changes_nothing(order, called):
    accounts = [OwnAccount(str(n), name, kind) for n, (name, kind) in enumerate(called)]
    told = {s.own_code: s for s in suggest_accounts(accounts)}
    assert {s.own_code: s for s in suggest_accounts(accounts[n] for n in order)} == told
