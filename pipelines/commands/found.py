"""What a system says of itself when it is tested, and whether it is the company meant.

Belongs here: showing and comparing it. Does not: testing (each connector).
"""

from assets.sources.connector import Discovery
from assets.workspace import Company
from pipelines.output import Output


def show(out: Output, found: Discovery) -> None:
    """What was found, one line each."""
    out.say("[bold]Found[/]")
    for what, told in _lines(found):
        out.say(f"  {what:<13} {told}", is_markup=False)


def other_company(company: Company, found: Discovery) -> str | None:
    """What is wrong where the books state another company's number; None where they do not."""
    number = digits(found.registration_number)
    ours = {one for one in (company.cvr, company.se_number) if one}
    if not number.isdigit() or not ours or number in ours:
        return None
    return (
        f"These books are {found.company_name}'s ({number}), but the settings say that "
        f"{company.company_id} is {company.name} ({company.cvr})."
    )


def as_tried(error: Exception) -> str:
    """An error's message where nothing was to be landed: only what it says of the trial.

    >>> as_tried(ValueError("It is down. Nothing was landed; see that it runs, then pull again."))
    'It is down. See that it runs, then try again.'
    """
    told = str(error).replace("Nothing was landed. ", "").replace("pull again", "try again")
    before, mark, after = told.partition("Nothing was landed; ")
    return before + after[:1].upper() + after[1:] if mark else told


def digits(number: str | None) -> str:
    """A Danish number without its prefix and spaces.

    >>> digits("DK 12 34 56 74"), digits(None)
    ('12345674', '')
    """
    return (number or "").replace(" ", "").replace("-", "").upper().removeprefix("DK")


def _lines(found: Discovery) -> list[tuple[str, str]]:
    number = digits(found.registration_number)
    who = f"{found.company_name or 'no name'}, " + (f"CVR {number}" if number else "no number told")
    years = ", ".join(f"{first} – {last}" for first, last in found.fiscal_years[-5:])
    if len(found.fiscal_years) > 5:
        years = f"{len(found.fiscal_years)}, the newest {years}"
    lines = [("company", who), ("fiscal years", years or "none told")]
    lines += [("accounts", str(found.accounts)), ("VAT codes", str(found.vat_codes))]
    return lines + [("also" * (not index), note) for index, note in enumerate(found.notes)]
