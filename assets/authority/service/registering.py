"""Companies told to a sandbox, with the mandates that let its own certificates file for them.

A company comes into the register of a real authority without any mandate. A sandbox is there to
be filed with, so it gives its two certificates what a company would have to give its supplier.

Belongs here: the sandbox's convenience. Does not: rules of the register (`register`).
"""

from datetime import UTC, datetime
from pathlib import Path

from assets.authority.service.annual_register import AnnualCompany
from assets.authority.service.mandates import ENTITLEMENTS, Mandates
from assets.authority.service.register import ANNUAL, VAT, AnnualDuty, Company, Register

SOAP_SENDER = "NTRDK-00000002"
"""The organisation of `keys/client.p12`, which signs VAT returns and EU lists."""
REST_SENDER = "NTRDK-00000003"
"""The organisation of `keys/annual.p12`, which files annual reports."""
SIGNED = (VAT, "eu_sales_list")


def add(folder: Path, *companies: Company, is_delegated: bool = True) -> None:
    """Register companies that file VAT; `is_delegated`: with a mandate for the SOAP sender."""
    Register(folder).add(*companies)
    mandates, now = Mandates(folder), datetime.now(UTC)
    rights = [
        (company.cvr, SOAP_SENDER, right, kind)
        for company in companies
        for right in ENTITLEMENTS
        for kind in SIGNED
    ]
    if is_delegated:
        mandates.grant_all(rights, now)
    else:
        for key in rights:
            mandates.withdraw(*key, now)


def add_annual(folder: Path, *companies: AnnualCompany) -> None:
    """Register companies that file annual reports; from now on these senders may, and no others."""
    register, mandates, now = Register(folder), Mandates(folder), datetime.now(UTC)
    filers, rights = [], []
    for one in companies:
        known = register.of_cvr(one.cvr)
        se_number = known.se_number if known else one.cvr
        filers.append(Company(se_number, one.name, cvr=one.cvr, annual=(AnnualDuty(),)))
        wanted = one.senders or (REST_SENDER,)
        for held in mandates.of(one.cvr):
            if held.report_type == ANNUAL and held.grantee not in wanted:
                mandates.withdraw(one.cvr, held.grantee, held.entitlement, ANNUAL, now)
        rights += [(one.cvr, sender, right, ANNUAL) for sender in wanted for right in ENTITLEMENTS]
    register.add(*filers)
    mandates.grant_all(rights, now)
