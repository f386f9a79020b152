"""A Danish SAF-T Financial 2.1 file of any size, the same bytes every time.

Belongs here: the file. Does not: what is measured with it (`assets.sources.parts.saft.reader.py`).
"""

from pathlib import Path

_NAMESPACE = "urn:StandardAuditFile-Taxation-Financial:DK"

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<AuditFile xmlns="{_NAMESPACE}">
  <Header>
    <AuditFileVersion>2.1</AuditFileVersion>
    <AuditFileCountry>DK</AuditFileCountry>
    <AuditFileDateCreated>2026-07-01</AuditFileDateCreated>
    <SoftwareCompanyName>Indberet</SoftwareCompanyName>
    <SoftwareID>benchmark</SoftwareID>
    <SoftwareVersion>1</SoftwareVersion>
    <Company>
      <RegistrationNumber>10000009</RegistrationNumber>
      <Name>Målestok ApS</Name>
      <Address><City>Århus</City><PostalCode>8000</PostalCode><Country>DK</Country></Address>
    </Company>
    <DefaultCurrencyCode>DKK</DefaultCurrencyCode>
    <SelectionCriteria>
      <SelectionStartDate>2026-01-01</SelectionStartDate>
      <SelectionEndDate>2026-12-31</SelectionEndDate>
    </SelectionCriteria>
  </Header>
  <MasterFiles>
    <GeneralLedgerAccounts>
"""

_ACCOUNT = """      <Account>
        <AccountID>{code}</AccountID>
        <AccountDescription>{name}</AccountDescription>
        <StandardAccountID>{standard}</StandardAccountID>
        <AccountType>{kind}</AccountType>
        <OpeningDebitBalance>0.00</OpeningDebitBalance>
        <ClosingDebitBalance>0.00</ClosingDebitBalance>
      </Account>
"""

_MIDDLE = """    </GeneralLedgerAccounts>
    <TaxTable>
      <TaxTableEntry>
        <TaxType>MOMS</TaxType>
        <Description>Moms</Description>
        <TaxCodeDetails>
          <TaxCode>S25</TaxCode>
          <StandardTaxCode>S01</StandardTaxCode>
          <Description>Salg 25 %</Description>
          <TaxPercentage>25.00</TaxPercentage>
        </TaxCodeDetails>
      </TaxTableEntry>
    </TaxTable>
  </MasterFiles>
  <GeneralLedgerEntries>
    <NumberOfEntries>{lines}</NumberOfEntries>
    <TotalDebit>{total}</TotalDebit>
    <TotalCredit>{total}</TotalCredit>
    <Journal>
      <JournalID>GL</JournalID>
      <Description>Finans</Description>
      <Type>GL</Type>
"""

_VOUCHER = """      <Transaction>
        <TransactionID>{n}</TransactionID>
        <Period>{month}</Period>
        <PeriodYear>2026</PeriodYear>
        <TransactionDate>2026-{month:02}-{day:02}</TransactionDate>
        <Description>Faktura {n} til kunde på Nørrebro</Description>
        <SystemEntryDate>2026-{month:02}-{day:02}</SystemEntryDate>
        <GLPostingDate>2026-{month:02}-{day:02}</GLPostingDate>
        <SystemID>{n}</SystemID>
        <Line>
          <RecordID>1</RecordID>
          <AccountID>5600</AccountID>
          <SourceDocumentID>F{n}</SourceDocumentID>
          <Description>Faktura {n} til kunde på Nørrebro</Description>
          <DebitAmount>
            <Amount>{gross}</Amount>
            <CurrencyCode>DKK</CurrencyCode>
            <CurrencyAmount>{gross}</CurrencyAmount>
            <ExchangeRate>1.00</ExchangeRate>
          </DebitAmount>
        </Line>
        <Line>
          <RecordID>2</RecordID>
          <AccountID>1000</AccountID>
          <SourceDocumentID>F{n}</SourceDocumentID>
          <Description>Varesalg</Description>
          <CreditAmount>
            <Amount>{net}</Amount>
            <CurrencyCode>DKK</CurrencyCode>
            <CurrencyAmount>{net}</CurrencyAmount>
            <ExchangeRate>1.00</ExchangeRate>
          </CreditAmount>
          <TaxInformation>
            <TaxType>MOMS</TaxType>
            <TaxCode>S25</TaxCode>
            <TaxPercentage>25.00</TaxPercentage>
            <TaxBase>{net}</TaxBase>
            <TaxAmount>
              <Amount>{tax}</Amount>
            </TaxAmount>
          </TaxInformation>
        </Line>
        <Line>
          <RecordID>3</RecordID>
          <AccountID>7680</AccountID>
          <SourceDocumentID>F{n}</SourceDocumentID>
          <Description>Moms</Description>
          <CreditAmount>
            <Amount>{tax}</Amount>
            <CurrencyCode>DKK</CurrencyCode>
            <CurrencyAmount>{tax}</CurrencyAmount>
            <ExchangeRate>1.00</ExchangeRate>
          </CreditAmount>
        </Line>
      </Transaction>
"""

_TAIL = """    </Journal>
  </GeneralLedgerEntries>
</AuditFile>
"""

_ACCOUNTS = (
    ("1000", "Varesalg", "1010", "Sale"),
    ("5600", "Debitorer", "5600", "Asset"),
    ("7680", "Salgsmoms", "7680", "Liability"),
)


def _ore(value: int) -> str:
    return f"{value // 100}.{value % 100:02}"


def _voucher(n: int) -> tuple[str, int]:
    """Voucher number `n` and its gross amount in øre."""
    net = 400 + (n * 7919) % 10_000_000 // 4 * 4
    tax = net // 4
    text = _VOUCHER.format(
        n=n,
        month=n % 12 + 1,
        day=n % 28 + 1,
        net=_ore(net),
        tax=_ore(tax),
        gross=_ore(net + tax),
    )
    return text, net + tax


def generate(path: Path, size: int) -> int:
    """Write a file of about `size` bytes; answers its number of vouchers."""
    count = max(1, size // len(_voucher(123_456)[0].encode()))
    total = sum(5 * (400 + (n * 7919) % 10_000_000 // 4 * 4) // 4 for n in range(1, count + 1))
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_HEAD)
        for code, name, standard, kind in _ACCOUNTS:
            out.write(_ACCOUNT.format(code=code, name=name, standard=standard, kind=kind))
        out.write(_MIDDLE.format(lines=3 * count, total=_ore(total)))
        out.writelines(_voucher(n)[0] for n in range(1, count + 1))
        out.write(_TAIL)
    return count
