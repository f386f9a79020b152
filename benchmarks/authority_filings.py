"""Filings made ready for `benchmarks.authority_load`: each a new one, signed for its time.

A message's timestamp may lie a minute off the service's clock either way, so those that are sent
last are signed ahead of time: never more than 55 seconds.

Belongs here: requests as bytes in the files that `authority_wrk.lua` reads. Does not: sending.
"""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from assets.authority.service.annual_register import AnnualCompany
from assets.authority.service.folder import SandboxFolder
from assets.authority.service.register import Company, Frequency
from assets.authority.service.server import RunningSandbox
from assets.deliveries import skat_messages
from assets.deliveries.certificates import Credentials, utc_now
from assets.deliveries.wsse import sign
from assets.filings import vat_return
from benchmarks.xbrl_batch import INLINE_COMPANY, inline_report

START, END, TODAY = date(2026, 1, 1), date(2026, 3, 31), date(2026, 5, 4)
FIRST, COMPANIES = 10_000_000, 20_000
_VAT = "/ModtagMomsangivelseForeloebigServicePort"
_ANNUAL = "/ri/api/regnskaber"
_AHEAD = timedelta(seconds=55)
_PAIR = re.compile(rb'(id="pp-value-27-[^"]*"[^>]*>)\d\d(?=<)')


def register(folder: SandboxFolder) -> None:
    """Companies that file both, and let the service's own client file for them."""
    numbers = [str(FIRST + one) for one in range(COMPANIES)]
    sandbox = RunningSandbox("", folder)
    sandbox.add(*[Company(one, f"Selskab {one}", (Frequency("quarter"),)) for one in numbers])
    sandbox.add_annual(*[AnnualCompany(one, f"Selskab {one}") for one in numbers])


def vat_returns(folder: Path, into: Path, run: str, count: int, threads: int) -> None:
    """So many VAT returns, dealt out to the threads of the tool."""
    with ProcessPoolExecutor(min(threads, os.cpu_count() or 1)) as pool:
        jobs = [
            pool.submit(_vat_file, folder, into, run, thread, count // threads)
            for thread in range(threads)
        ]
        for job in jobs:
            job.result()


def annual_reports(into: Path, run: str, count: int, threads: int) -> None:
    """So many annual reports, each of another company."""
    page = inline_report()
    for thread in range(threads):
        with (into / f"requests-{thread}.bin").open("wb") as file:
            for number in range(thread, count, threads):
                company = str(FIRST + number % COMPANIES)
                headers = {
                    "Content-Type": "application/xhtml+xml",
                    "transaktionsId": f"{run}-{number}",
                    "cvrNummer": company,
                }
                file.write(_request(_ANNUAL, headers, _of(page, company.encode())))


def _of(page: bytes, company: bytes) -> bytes:
    """The report as another company's; the number also stands in it two digits at a time."""
    pairs = (company[start : start + 2] for start in range(0, 8, 2))
    return _PAIR.sub(lambda found: found[1] + next(pairs), page).replace(INLINE_COMPANY, company)


def _vat_file(folder: Path, into: Path, run: str, thread: int, count: int) -> None:
    with (into / f"requests-{thread}.bin").open("wb") as file:
        for body in _vat_messages(SandboxFolder(folder), f"{run}-{thread}", count):
            file.write(_request(_VAT, {"Content-Type": "text/xml; charset=utf-8"}, body))


def _vat_messages(folder: SandboxFolder, run: str, count: int) -> Iterator[bytes]:
    client = folder.client()
    names = {"MomsAngivelseSalgsMomsBeloeb", vat_return.TOTAL}
    for number in range(count):
        amounts = {name: 1000 + number if name in names else 0 for name in vat_return.FIELDS}
        company = str(FIRST + number % COMPANIES)
        content = vat_return.write(vat_return.VatReturn(company, START, END, amounts))
        made = utc_now() + _AHEAD
        payload = skat_messages.vat_draft(content, f"{run}-{number}", made)
        yield sign(payload, client, created=made)


def _request(path: str, headers: dict[str, str], body: bytes) -> bytes:
    told = "".join(f"{name}: {value}\n" for name, value in headers.items())
    return f"{len(body)} {path}\n{told}\n".encode() + body + b"\n"


def pem(credentials: Credentials) -> bytes:
    """Certificate and key as one file, for a tool that shows them."""
    key = credentials.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return credentials.certificate.public_bytes(serialization.Encoding.PEM) + key
