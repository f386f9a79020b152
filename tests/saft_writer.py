"""A small SAF-T Financial writer for tests: Danish 2.1, Norwegian 1.10 and 1.30."""

from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

NAMESPACE = "urn:StandardAuditFile-Taxation-Financial:"


@dataclass(frozen=True)
class Tax:
    code: str
    base: str | None
    amount: str
    percentage: str = "25"


@dataclass(frozen=True)
class Line:
    account: str
    amount: Decimal
    text: str = "line"
    tax: Tax | None = None
    customer: str | None = None
    supplier: str | None = None
    currency: tuple[str, Decimal, str] | None = None
    analysis: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Voucher:
    number: str
    day: str
    lines: list[Line]
    text: str = "voucher"
    posted: str | None = None


@dataclass
class Book:
    vouchers: list[Voucher]
    country: str = "DK"
    version: str = "2.1"
    accounts: tuple[tuple[str, str], ...] = (
        ("1000", "Sale"), ("5600", "Asset"), ("7680", "Liability"), ("2000", "Expense"),
    )  # fmt: skip
    start: str = "2026-01-01"
    end: str = "2026-12-31"
    created: str = "2027-01-02"
    company: str = "10150817"
    name: str = "Nordlys ApS"
    entries: int | None = None
    debit: Decimal | None = None

    def write(self) -> bytes:
        return ('<?xml version="1.0" encoding="UTF-8"?>\n' + self._file()).encode()

    def _file(self) -> str:
        lines = [line for voucher in self.vouchers for line in voucher.lines]
        debit = sum((line.amount for line in lines if line.amount > 0), Decimal(0))
        credit = -sum((line.amount for line in lines if line.amount <= 0), Decimal(0))
        count = len(lines) if self.country == "DK" else len(self.vouchers)
        return f"""<AuditFile xmlns="{NAMESPACE}{self.country}">
{self._header()}
<MasterFiles>
<GeneralLedgerAccounts>{"".join(self._account(*a) for a in self.accounts)}
</GeneralLedgerAccounts>
<Customers><Customer>{self._party("Kunde GmbH", "DE", "DE811569869")}
<CustomerID>10</CustomerID>{self._balance()}</Customer></Customers>
<Suppliers><Supplier>{self._party("Leverandør A/S", self.country, "DK10150817")}
<SupplierID>10</SupplierID>{self._balance()}</Supplier></Suppliers>
<TaxTable><TaxTableEntry><TaxType>MVA</TaxType>
<Description>{"Moms" if self.country == "DK" else "Merverdiavgift"}</Description>
{self._tax_code("S25", "25", "S01" if self.country == "DK" else "3")}
</TaxTableEntry></TaxTable>
</MasterFiles>
<GeneralLedgerEntries>
<NumberOfEntries>{count if self.entries is None else self.entries}</NumberOfEntries>
<TotalDebit>{debit if self.debit is None else self.debit}</TotalDebit>
<TotalCredit>{credit}</TotalCredit>
<Journal><JournalID>J</JournalID><Description>Journal</Description><Type>GL</Type>
{"".join(self._transaction(v) for v in self.vouchers)}</Journal>
</GeneralLedgerEntries>
</AuditFile>
"""

    def _header(self) -> str:
        contact = ""
        if self.country == "NO":
            contact = (
                "<Contact><ContactPerson><FirstName>Ola</FirstName><LastName>Nordmann</LastName>"
                "</ContactPerson><Telephone>1</Telephone></Contact>"
            )
        return f"""<Header><AuditFileVersion>{self.version}</AuditFileVersion>
<AuditFileCountry>{self.country}</AuditFileCountry>
<AuditFileDateCreated>{self.created}</AuditFileDateCreated>
<SoftwareCompanyName>x</SoftwareCompanyName><SoftwareID>x</SoftwareID>
<SoftwareVersion>1</SoftwareVersion>
<Company><RegistrationNumber>{self.company}</RegistrationNumber><Name>{escape(self.name)}</Name>
<Address><City>Århus</City><PostalCode>8000</PostalCode><Country>{self.country}</Country></Address>
{contact}</Company>
<DefaultCurrencyCode>{"DKK" if self.country == "DK" else "NOK"}</DefaultCurrencyCode>
<SelectionCriteria><SelectionStartDate>{self.start}</SelectionStartDate>
<SelectionEndDate>{self.end}</SelectionEndDate></SelectionCriteria>
<TaxAccountingBasis>A</TaxAccountingBasis></Header>"""

    def _account(self, code: str, kind: str) -> str:
        grouping = f"<StandardAccountID>{code}</StandardAccountID>"
        if self.country == "NO":
            kind = "GL"
            grouping = "<StandardAccountID>10</StandardAccountID>"
        if self.version == "1.30":
            grouping = "<GroupingCategory>RF-1167</GroupingCategory><GroupingCode>10</GroupingCode>"
        return f"""
<Account><AccountID>{code}</AccountID>
<AccountDescription>Konto {code}</AccountDescription>{grouping}
<AccountType>{kind}</AccountType><OpeningDebitBalance>0</OpeningDebitBalance>
<ClosingDebitBalance>{self._closing(code)}</ClosingDebitBalance></Account>"""

    def _closing(self, code: str) -> Decimal:
        return sum(
            (ln.amount for v in self.vouchers for ln in v.lines if ln.account == code), Decimal(0)
        )

    def _party(self, name: str, country: str, vat: str) -> str:
        return f"""<RegistrationNumber>{vat}</RegistrationNumber><Name>{name}</Name>
<Address><City>Bonn</City><PostalCode>1</PostalCode><Country>{country}</Country></Address>
<TaxRegistration><TaxRegistrationNumber>{vat}</TaxRegistrationNumber></TaxRegistration>"""

    def _balance(self) -> str:
        both = (
            "<OpeningDebitBalance>0</OpeningDebitBalance>"
            "<ClosingDebitBalance>0</ClosingDebitBalance>"
        )
        return f"<BalanceAccount>{both}</BalanceAccount>" if self.version == "1.30" else both

    def _tax_code(self, code: str, percentage: str, standard: str) -> str:
        if self.country == "NO":
            return f"""<TaxCodeDetails><TaxCode>{code}</TaxCode>
<TaxPercentage>{percentage}</TaxPercentage><Country>NO</Country>
<StandardTaxCode>{standard}</StandardTaxCode><BaseRate>100</BaseRate></TaxCodeDetails>"""
        return f"""<TaxCodeDetails><TaxCode>{code}</TaxCode>
<StandardTaxCode>{standard}</StandardTaxCode><Description>Salg</Description>
<TaxPercentage>{percentage}</TaxPercentage></TaxCodeDetails>"""

    def _transaction(self, v: Voucher) -> str:
        return f"""<Transaction><TransactionID>{v.number}</TransactionID><Period>1</Period>
<PeriodYear>{v.day[:4]}</PeriodYear><TransactionDate>{v.day}</TransactionDate>
<Description>{escape(v.text)}</Description><SystemEntryDate>{v.day}</SystemEntryDate>
<GLPostingDate>{v.posted or v.day}</GLPostingDate><SystemID>{v.number}</SystemID>
{"".join(self._line(n, line) for n, line in enumerate(v.lines, 1))}</Transaction>
"""

    def _line(self, n: int, line: Line) -> str:
        side = "Debit" if line.amount > 0 else "Credit"
        foreign = ""
        if line.currency is not None:
            code, amount, rate = line.currency
            foreign = (
                f"<CurrencyCode>{code}</CurrencyCode><CurrencyAmount>{abs(amount)}"
                f"</CurrencyAmount><ExchangeRate>{rate}</ExchangeRate>"
            )
        party = f"<CustomerID>{line.customer}</CustomerID>" if line.customer else ""
        party += f"<SupplierID>{line.supplier}</SupplierID>" if line.supplier else ""
        analysis = "".join(
            f"<Analysis><AnalysisType>{k}</AnalysisType><AnalysisID>{v}</AnalysisID></Analysis>"
            for k, v in line.analysis.items()
        )
        return f"""<Line><RecordID>{n}</RecordID><AccountID>{line.account}</AccountID>{analysis}
<SourceDocumentID>D{n}</SourceDocumentID>{party}<Description>{escape(line.text)}</Description>
<{side}Amount><Amount>{abs(line.amount)}</Amount>{foreign}</{side}Amount>{self._tax(line, side)}
</Line>"""

    def _tax(self, line: Line, side: str) -> str:
        if line.tax is None:
            return ""
        tag = f"{side}TaxAmount" if self.version == "1.30" else "TaxAmount"
        base = f"<TaxBase>{line.tax.base}</TaxBase>" if line.tax.base is not None else ""
        return (
            f"<TaxInformation><TaxType>MVA</TaxType><TaxCode>{line.tax.code}</TaxCode>"
            f"<TaxPercentage>{line.tax.percentage}</TaxPercentage>{base}"
            f"<{tag}><Amount>{line.tax.amount}</Amount></{tag}></TaxInformation>"
        )


def sale(number: str, day: str, net: str, *, tax: str | None = None) -> Voucher:
    """A sale at 25 %; the base line tells the tax."""
    vat = (Decimal(net) / 4).quantize(Decimal("0.01")) if tax is None else Decimal(tax)
    return Voucher(
        number,
        day,
        [
            Line("5600", Decimal(net) + vat, customer="10"),
            Line("1000", -Decimal(net), tax=Tax("S25", net, str(vat))),
            Line("7680", -vat),
        ],
        f"Sale {number} – <æøå> & more",
    )
