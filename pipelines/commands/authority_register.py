"""The commands about an authority's register: companies, mandates, who read what.

Belongs here: what they do and show. Does not: the words a person types (`cli_authority`).
"""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import output
from pipelines.commands.call import Call
from warehouse.errors import SettingsError

if TYPE_CHECKING:
    from assets.authority.service.mandates import Mandate

_SHOWN = 20
_ORGANISATION = re.compile(r"NTRDK-\d{8}")


def import_(call: Call, files: list[Path]) -> int:
    """Take companies of CSV files into the register: each file whole, or not at all."""
    from assets.authority.service.register import Register
    from assets.authority.service.register_import import read

    register = Register(_folder(call))
    told = []
    for path in files:
        with call.out.progress(f"Companies of {path.name}") as report:
            found = read(path)
            report("into the register", len(found.companies))
            taken = register.load_many(found.companies)
        told.append({"file": str(path), "companies": taken,
                     "errors": [one.message for one in found.findings]})  # fmt: skip
        if found.findings:
            wrong = f"{path}: {len(found.findings)} cells are wrong; nothing was taken in."
            call.out.say(wrong, is_markup=False)
            for one in found.findings[:_SHOWN]:
                call.out.say(f"  {one.message} {one.remedy}", is_markup=False)
            if len(found.findings) > _SHOWN:
                call.out.say(f"  … and {len(found.findings) - _SHOWN} more.", is_markup=False)
        else:
            call.out.say(f"{path}: {_companies(taken)} taken in.", is_markup=False)
    call.out.say(f"The register holds {_companies(register.count())}.", is_markup=False)
    call.out.data({"files": told, "registered": register.count()})
    return output.PERMANENT if any(one["errors"] for one in told) else output.OK


def grant(
    call: Call, cvr: str, organisation: str, right: str, report: str, until: str
) -> int:  # fmt: skip
    """Enter a mandate."""
    from assets.authority.service.mandates import Mandates

    folder = _known(call, cvr)
    if not _ORGANISATION.fullmatch(organisation):
        raise SettingsError(
            f'"{organisation}" is no organisation of a certificate: expected NTRDK- and the eight '
            "digits of its CVR number, as NTRDK-12345678. No mandate was entered."
        )
    day = _day(until)
    if day is not None and day < call.workspace().today:
        raise SettingsError(
            f"--until {day} is past (today is {call.workspace().today}), so the mandate would "
            "never hold. Give a later day; `indberet authority mandate withdraw` ends one."
        )
    made = Mandates(folder).grant(cvr, organisation, right, report, datetime.now(UTC), day)
    span = f"until {made.valid_to}" if made.valid_to else "until it is withdrawn"
    call.out.say(f"{organisation} may {right} {_what(report)} for {cvr} {span}.", is_markup=False)
    call.out.data(_shown(made))
    return output.OK


def withdraw(call: Call, cvr: str, organisation: str, right: str, report: str) -> int:
    """Enter that a mandate was taken back."""
    from assets.authority.service.mandates import Mandates

    folder = _known(call, cvr)
    was = Mandates(folder).withdraw(cvr, organisation, right, report, datetime.now(UTC))
    if not was:
        raise SettingsError(
            f"{cvr} has given {organisation} no mandate to {right} {_what(report)} that could be "
            f"withdrawn. `indberet authority mandate list {cvr}` shows those there are."
        )
    call.out.say(f"{organisation} may no longer {right} {_what(report)} for {cvr}.",
                 is_markup=False)  # fmt: skip
    call.out.data({"cvr": cvr, "grantee": organisation, "entitlement": right,
                   "report_type": report, "withdrawn": True})  # fmt: skip
    return output.OK


def mandates(call: Call, cvr: str) -> int:
    """Show every mandate a company gave."""
    from assets.authority.service.mandates import Mandates

    given = [_shown(one) for one in Mandates(_known(call, cvr)).of(cvr)]
    heads = ("organisation", "may", "reports", "granted", "until", "withdrawn")
    keys = ("grantee", "entitlement", "report_type", "granted_at", "valid_to", "withdrawn_at")
    call.out.table(f"Mandates of {cvr}", heads, ([one[key] for key in keys] for one in given))
    call.out.data(given)
    return output.OK


def reads(call: Call, cvr: str, newest: int) -> int:
    """Show who read what is known of a company."""
    from assets.authority.service.reads import Reads

    found = [
        {"read_at": one.read_at.isoformat(timespec="seconds"), "reader": one.reader,
         "what": one.what, "subject": one.subject, "purpose": one.purpose}
        for one in Reads(_known(call, cvr)).of(cvr, at_most=newest)
    ]  # fmt: skip
    heads = ("when", "who", "what", "of it", "right")
    call.out.table(f"Who read what is known of {cvr}", heads, (one.values() for one in found))
    call.out.data(found)
    return output.OK


def _folder(call: Call) -> Path:
    return call.workspace().folder("authority")


def _known(call: Call, cvr: str) -> Path:
    """The authority's folder.

    Raises: SettingsError where its register has no such company.
    """
    from assets.authority.service.register import Register

    folder = _folder(call)
    register = Register(folder)
    if register.of_cvr(cvr) is None:
        raise SettingsError(
            f"The register has no company with the CVR number {cvr}; it holds "
            f"{register.count():,}. Check the number, or take the company in with `indberet "
            "authority register import`."
        )
    return folder


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingsError(
            f'--until "{text}" is no day: write it as yyyy-mm-dd, as 2027-06-30.'
        ) from None


def _companies(count: int) -> str:
    return "1 company" if count == 1 else f"{count:,} companies"


def _what(report_type: str) -> str:
    return "any report" if report_type == "*" else report_type


def _shown(one: "Mandate") -> dict[str, object]:
    return {
        "cvr": one.cvr,
        "grantee": one.grantee,
        "entitlement": one.entitlement,
        "report_type": one.report_type,
        "granted_at": one.granted_at.isoformat(timespec="seconds"),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        "withdrawn_at": one.withdrawn_at.isoformat(timespec="seconds")
        if one.withdrawn_at
        else None,
    }
