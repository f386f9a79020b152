"""The demo company's books, declared once: what the seed books and what it must give.

Nordlys Handel ApS sells lamps. Every document of 2026 stands here as a person
would read it off the paper; `seed` books them through Tryton, `expected` works
out the returns from this page alone.

Belongs here: the declaration. Does not: Tryton, or the law's arithmetic.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

COMPANY = "Nordlys Handel ApS"
CVR = "13585628"
YEAR = 2026
EUR_RATES = {"2026-01-01": "7.46", "2026-04-01": "7.458", "2026-07-01": "7.462"}

Kind = Literal["receivable", "payable", "asset", "liability", "equity", "revenue", "expense"]

# Numbers and names of the public standard chart of accounts, 2025-12.
ACCOUNTS: dict[str, tuple[str, Kind]] = {
    "1010": ("Salg af varer og ydelser", "revenue"),
    "1050": ("Salg af varer udland, EU", "revenue"),
    "1100": ("Salg af varer udland, ikke-EU", "revenue"),
    "1150": ("Salg af ydelser udland, EU", "revenue"),
    "1410": ("Varelagerregulering på lagre af færdigvarer og varer under fremstilling", "expense"),
    "1610": ("Varekøb", "expense"),
    "1630": ("Varekøb udland, EU", "expense"),
    "1650": ("Varekøb udland, ikke-EU", "expense"),
    "1710": ("Ydelseskøb udland, EU", "expense"),
    "1740": ("Ydelseskøb, udland, ikke-EU", "expense"),
    "1850": ("Annoncering og reklame", "expense"),
    "1910": ("Repræsentationsomkostninger, skattemæssigt begrænset fradrag", "expense"),
    "2030": ("Husleje", "expense"),
    "2050": ("El", "expense"),
    "2280": ("Tab på tilgodehavender fra salg og tjenesteydelser", "expense"),
    "2310": ("It-udstyr (hardware, software inkl. licenser og abonnementer)", "expense"),
    "2450": ("Kontorartikler", "expense"),
    "2670": ("Revision og regnskabsmæssig assistance", "expense"),
    "2845": ("AM Bidragspligtig A-Indkomst", "expense"),
    "2898": ("ATP, arbejdsgiver", "expense"),
    "3050": ("Af- og nedskrivninger af andre anlæg, driftsmateriel og inventar", "expense"),
    "3670": ("Renter til banker og realkreditinstitutter", "expense"),
    "5580": ("Andre anlæg, driftsmateriel og inventar, årets tilgange", "asset"),
    "5610": ("Andre anlæg, driftsmateriel og inventar, årets af- og nedskrivninger", "asset"),
    "6141": ("Fremstillede varer og handelsvarer, årets tilgange", "asset"),
    "6190": ("Tilgodehavender fra salg og tjenesteydelser", "receivable"),
    "6480": ("Bankkonto", "asset"),
    "6510": ("Registreret kapital mv.", "equity"),
    "6935": ("Overført resultat, primo", "equity"),
    "7440": ("Leverandører af varer og tjenesteydelser (kortfristet)", "payable"),
    "7680": ("Salgsmoms", "liability"),
    "7700": ("Moms af varekøb udland, EU og ikke-EU", "liability"),
    "7720": ("Moms af ydelseskøb udland, EU og ikke-EU", "liability"),
    "7740": ("Købsmoms", "liability"),
    "7780": ("Elafgift", "liability"),
    "7840": ("Skyldig moms", "liability"),
    "7920": ("Skyldig A-skat", "liability"),
    "7940": ("Skyldigt AM-bidrag", "liability"),
    "7960": ("Skyldigt ATP-bidrag", "liability"),
    "8040": ("Øvrig anden gæld", "liability"),
}


@dataclass(frozen=True, slots=True)
class Tax:
    """One VAT code as this company set it up.

    `output` and `input` are the accounts its VAT is posted to; a code with both
    is a reverse charge: one Tryton tax with two child legs.
    """

    name: str
    group: Literal["sale", "purchase"]
    rate: str = "0"
    output: str = ""
    input: str = ""
    deductible: str = "1"


TAXES: dict[str, Tax] = {
    "S01": Tax("Salg med moms", "sale", "0.25", output="7680"),
    "S21": Tax("EU-salg af varer", "sale"),
    "S23": Tax("EU-salg af ydelser", "sale"),
    "S25": Tax("Trekantshandel", "sale"),
    "S41": Tax("Eksport af varer", "sale"),
    "K010": Tax("Køb med moms", "purchase", "0.25", input="7740"),
    "K040": Tax("Køb med halv moms", "purchase", "0.25", input="7740", deductible="0.5"),
    "K210": Tax("EU-varekøb", "purchase", "0.25", output="7700", input="7740"),
    "K260": Tax("EU-ydelseskøb", "purchase", "0.25", output="7720", input="7740"),
    "K410": Tax("Import af varer", "purchase", "0.25", output="7700", input="7740"),
    "K460": Tax("Ydelseskøb uden for EU", "purchase", "0.25", output="7720", input="7740"),
    "K660": Tax("Indenlandsk omvendt betaling", "purchase", "0.25", output="7680", input="7740"),
}

# Name, country and VAT number (Danish: CVR, in a range not given to companies).
PARTIES: dict[str, tuple[str, str, str]] = {
    "aarhus": ("Aarhus Boliginteriør A/S", "DK", "99100001"),
    "hansen": ("Bager Hansen ApS", "DK", "99100028"),
    "skov": ("Skovgaard Møbler ApS", "DK", "99100036"),
    "jensen": ("Jens Jensen", "DK", ""),
    "mueller": ("Müller Leuchten GmbH", "DE", "DE136695976"),
    "ljus": ("Svenska Ljus AB", "SE", "SE123456789701"),
    "berg": ("Van den Berg B.V.", "NL", "NL004495445B01"),
    "aegean": ("Aegean Trading AE", "GR", "EL094259216"),
    "fjell": ("Fjellheim Belysning AS", "NO", ""),
    "papir": ("Dansk Papir A/S", "DK", "99100044"),
    "netel": ("Nordnet El A/S", "DK", "99100052"),
    "kontor": ("Kontorhuset ApS", "DK", "99100060"),
    "metal": ("Metalgenbrug ApS", "DK", "99100079"),
    "lumiere": ("Lumière SARL", "FR", "FR40303265045"),
    "lamput": ("Suomen Lamput Oy", "FI", "FI20774740"),
    "cloud": ("Cloudworks Ltd", "IE", "IE6433435F"),
    "shenzhen": ("Shenzhen Lighting Co. Ltd", "CN", ""),
    "stats": ("Webstats Inc.", "US", ""),
}


@dataclass(frozen=True, slots=True)
class Document:
    """One document. Amounts are exclusive of VAT; credit notes negative.

    `lines` are (account, VAT code, amount in `currency`).
    """

    kind: Literal["sale", "purchase"]
    day: str
    party: str
    text: str
    lines: tuple[tuple[str, str, Decimal], ...]
    currency: str = "DKK"


@dataclass(frozen=True, slots=True)
class Voucher:
    """One general voucher. `lines` are (account, amount, party), debit positive;
    `vat` says what the line of that number means: (line, code, base or tax, amount)
    with a sale's amounts positive when they raise what is owed. A reversed voucher
    is followed by its exact opposite on the same day."""

    day: str
    text: str
    lines: tuple[tuple[str, Decimal, str], ...]
    vat: tuple[tuple[int, str, str, Decimal], ...] = ()
    is_reversed: bool = False


def _sale(day: str, party: str, text: str, account: str, code: str, amount: str,
          currency: str = "DKK") -> Document:  # fmt: skip
    lines = ((account, code, Decimal(amount)),)
    return Document("sale", f"{YEAR}-{day}", party, text, lines, currency)


def _purchase(day: str, party: str, text: str, *lines: tuple[str, str, str]) -> Document:
    exact = tuple((account, code, Decimal(amount)) for account, code, amount in lines)
    return Document("purchase", f"{YEAR}-{day}", party, text, exact)


def _voucher(day: str, text: str, *lines: tuple[str, str, str]) -> Voucher:
    exact = tuple((account, Decimal(amount), party) for account, amount, party in lines)
    return Voucher(f"{YEAR}-{day}", text, exact)


def _received(day: str, party: str, amount: str) -> Voucher:
    return _voucher(day, "Indbetaling", ("6480", amount, ""), ("6190", f"-{amount}", party))


def _paid(day: str, party: str, amount: str) -> Voucher:
    return _voucher(day, "Udbetaling", ("7440", amount, party), ("6480", f"-{amount}", ""))


def _rent_and_office() -> tuple[Document, ...]:
    """Rent on the 1st and office supplies on the 12th of each month."""
    office = ("412.40", "389.95", "1204.00", "276.35", "518.20", "640.10", "455.55", "902.80",
              "377.25", "1188.90", "264.45")  # fmt: skip
    return tuple(
        document
        for month, amount in enumerate(office, start=1)
        for document in (
            _purchase(f"{month:02}-01", "kontor", "Husleje", ("2030", "K010", "9500.00")),
            _purchase(f"{month:02}-12", "papir", "Kontorartikler", ("2450", "K010", amount)),
        )
    )


DOCUMENTS: tuple[Document, ...] = (
    *_rent_and_office(),
    # first quarter
    _sale("01-08", "aarhus", "Pendler", "1010", "S01", "18450.00"),
    _sale("01-15", "hansen", "Butiksbelysning", "1010", "S01", "7329.75"),
    _sale("01-20", "mueller", "Gulvlamper", "1050", "S21", "22400.00"),
    _sale("02-03", "skov", "Spots", "1010", "S01", "12980.40"),
    _sale("02-11", "fjell", "Udendørslamper", "1100", "S41", "16750.00"),
    _sale("02-19", "jensen", "Bordlampe", "1010", "S01", "1199.20"),
    _sale("03-04", "aarhus", "Lysekroner", "1010", "S01", "31200.00"),
    _sale("03-11", "ljus", "Lysplanlægning", "1150", "S23", "9800.00"),
    _sale("03-18", "aarhus", "Kreditnota, beskadiget lysekrone", "1010", "S01", "-2600.00"),
    _sale("03-25", "hansen", "Pærer", "1010", "S01", "845.60"),
    _purchase("01-13", "lumiere", "Lampeskærme", ("1630", "K210", "14300.00")),
    _purchase("01-27", "cloud", "Webhotel", ("1710", "K260", "1250.00")),
    _purchase("02-17", "shenzhen", "LED-moduler", ("1650", "K410", "27600.00")),
    _purchase("02-24", "netel", "El", ("2050", "K010", "3120.00"), ("7780", "K010", "1980.50")),
    _purchase("03-05", "papir", "Emballage", ("1610", "K010", "4410.25")),
    _purchase("03-20", "stats", "Statistik", ("1740", "K460", "1800.00")),
    _purchase("03-24", "hansen", "Kundefrokost", ("1910", "K040", "1600.00")),
    # second quarter
    _sale("04-09", "skov", "Væglamper", "1010", "S01", "15670.00"),
    _sale("04-16", "berg", "Designlamper", "1050", "S21", "28900.00"),
    _sale("04-22", "mueller", "Montage", "1150", "S23", "6400.00"),
    _sale("05-06", "hansen", "Facadebelysning", "1010", "S01", "9940.80"),
    _sale("05-13", "fjell", "Lyskæder", "1100", "S41", "8325.00"),
    _sale("05-20", "mueller", "Pendler", "1050", "S21", "3200.00", "EUR"),
    _sale("06-04", "aarhus", "Kontorlamper", "1010", "S01", "24680.00"),
    _sale("06-11", "berg", "Kreditnota, fejlleverance", "1050", "S21", "-2900.00"),
    _sale("06-18", "jensen", "Læselampe", "1010", "S01", "879.20"),
    _sale("06-24", "ljus", "Trekantshandel, Suomen til Sverige", "1050", "S25", "11500.00"),
    _purchase("04-14", "lamput", "Armaturer", ("1630", "K210", "19850.00")),
    _purchase("04-28", "netel", "El", ("2050", "K010", "2875.40"), ("7780", "K010", "1764.00")),
    _purchase("05-07", "metal", "Kobberskrot", ("1610", "K660", "6200.00")),
    _purchase("05-19", "cloud", "Licenser", ("2310", "K260", "4480.00")),
    _purchase("06-09", "shenzhen", "Transformere", ("1650", "K410", "15240.00")),
    _purchase("06-16", "papir", "Kartoner", ("1610", "K010", "3898.60")),
    _purchase("06-23", "lumiere", "Kreditnota, skærme", ("1630", "K210", "-1430.00")),
    # third quarter
    _sale("07-02", "aarhus", "Pendler", "1010", "S01", "26415.37"),
    _sale("07-07", "hansen", "Disklamper", "1010", "S01", "8120.95"),
    _sale("07-09", "mueller", "Gulvlamper", "1050", "S21", "31750.00"),
    _sale("07-14", "aegean", "Havelamper", "1050", "S21", "17640.00"),
    _sale("07-21", "ljus", "Lysplanlægning", "1150", "S23", "12250.00"),
    _sale("07-28", "fjell", "Udendørslamper", "1100", "S41", "21980.00"),
    _sale("08-04", "skov", "Spots", "1010", "S01", "14302.55"),
    _sale("08-06", "mueller", "Pendler", "1050", "S21", "4150.50", "EUR"),
    _sale("08-11", "berg", "Trekantshandel, Finland til Holland", "1050", "S25", "18300.00"),
    _sale("08-13", "jensen", "Natlampe", "1010", "S01", "639.20"),
    _sale("08-18", "berg", "Designlamper", "1050", "S21", "22460.00"),
    _sale("08-20", "hansen", "Kreditnota, disklampe", "1010", "S01", "-1015.12"),
    _sale("08-27", "mueller", "Lysberegning", "1150", "S23", "5375.00"),
    _sale("09-02", "aarhus", "Messestand", "1010", "S01", "38990.00"),
    _sale("09-08", "skov", "Sofalamper", "1010", "S01", "11725.25"),
    _sale("09-10", "mueller", "Kreditnota, gulvlampe", "1050", "S21", "-1270.00"),
    _sale("09-15", "ljus", "Bordlamper", "1050", "S21", "9980.00"),
    _sale("09-22", "fjell", "Lyskæder", "1100", "S41", "7415.50"),
    _sale("09-24", "jensen", "Loftlampe", "1010", "S01", "1439.20"),
    _sale("09-29", "hansen", "Pærer", "1010", "S01", "1266.81"),
    _purchase("07-06", "lumiere", "Lampeskærme", ("1630", "K210", "23175.00")),
    _purchase("07-15", "cloud", "Webhotel", ("1710", "K260", "1250.00")),
    _purchase("07-22", "papir", "Emballage", ("1610", "K010", "5230.85")),
    _purchase("07-30", "netel", "El", ("2050", "K010", "2644.10"), ("7780", "K010", "1602.75")),
    _purchase("08-05", "shenzhen", "LED-moduler", ("1650", "K410", "33480.00")),
    _purchase("08-12", "metal", "Messingskrot", ("1610", "K660", "4750.00")),
    _purchase("08-19", "lamput", "Armaturer", ("1630", "K210", "16420.00")),
    _purchase("08-26", "stats", "Statistik", ("1740", "K460", "1800.00")),
    _purchase("09-03", "skov", "Messe, repræsentation", ("1910", "K040", "2840.00")),
    _purchase("09-09", "cloud", "Licenser", ("2310", "K260", "4480.00")),
    _purchase("09-16", "papir", "Annonce", ("1850", "K010", "7200.00")),
    _purchase("09-17", "lumiere", "Kreditnota, skærme", ("1630", "K210", "-2317.50")),
    _purchase("09-23", "netel", "El", ("2050", "K010", "2510.65"), ("7780", "K010", "1544.25")),
    _purchase("09-28", "papir", "Revisor", ("2670", "K010", "8500.00")),
    # fourth quarter, so far
    _sale("10-06", "aarhus", "Vinterlamper", "1010", "S01", "29875.00"),
    _sale("10-13", "mueller", "Julebelysning", "1050", "S21", "26300.00"),
    _sale("10-20", "skov", "Spots", "1010", "S01", "8440.60"),
    _sale("10-27", "fjell", "Udendørslamper", "1100", "S41", "13260.00"),
    _sale("11-04", "hansen", "Butiksbelysning", "1010", "S01", "6615.35"),
    _sale("11-11", "aegean", "Lysekroner", "1050", "S21", "14870.00"),
    _purchase("10-08", "lumiere", "Lampeskærme", ("1630", "K210", "12640.00")),
    _purchase("10-22", "cloud", "Webhotel", ("1710", "K260", "1250.00")),
    _purchase("11-10", "shenzhen", "Transformere", ("1650", "K410", "18150.00")),
)  # fmt: skip

VOUCHERS: tuple[Voucher, ...] = (
    _voucher("01-01", "Åbning", ("6480", "250000.00", ""), ("6190", "31250.00", "aarhus"),
             ("7440", "-11875.00", "kontor"), ("7840", "-18400.00", ""),
             ("6510", "-40000.00", ""), ("6935", "-210975.00", "")),
    _received("01-19", "aarhus", "31250.00"),
    _paid("01-22", "kontor", "11875.00"),
    _received("02-09", "mueller", "22400.00"),
    _voucher("03-02", "Moms, 4. kvartal 2025", ("7840", "18400.00", ""), ("6480", "-18400.00", "")),
    _received("03-30", "aarhus", "23062.50"),
    _paid("03-31", "lumiere", "14300.00"),
    _received("04-27", "ljus", "9800.00"),
    _received("05-11", "skov", "19587.50"),
    _paid("05-29", "shenzhen", "27600.00"),
    _received("06-15", "berg", "28900.00"),
    _paid("06-29", "lamput", "19850.00"),
    _received("07-16", "aarhus", "30850.00"),
    _received("08-10", "mueller", "31750.00"),
    _paid("08-31", "lumiere", "23175.00"),
    _received("09-14", "aegean", "17640.00"),
    _paid("09-25", "shenzhen", "33480.00"),
    _received("10-12", "aarhus", "48737.50"),
    _paid("11-16", "lumiere", "12640.00"),
    # A loss on a debtor lowers the VAT owed. Source: VAT Act § 27(6).
    Voucher(
        "2026-09-30", "Konstateret tab, Jens Jensen",
        (("2280", Decimal("959.36"), ""), ("7680", Decimal("239.84"), ""),
         ("6190", Decimal("-1199.20"), "jensen")),
        vat=((1, "S01", "base", Decimal("-959.36")), (2, "S01", "tax", Decimal("-239.84"))),
    ),
    # A sale for cash booked by mistake with the wrong amount, reversed, and booked right.
    Voucher(
        "2026-08-24", "Kontantsalg, fejl",
        (("6480", Decimal("5250.00"), ""), ("1010", Decimal("-4200.00"), ""),
         ("7680", Decimal("-1050.00"), "")),
        vat=((2, "S01", "base", Decimal("4200.00")), (3, "S01", "tax", Decimal("1050.00"))),
        is_reversed=True,
    ),
    Voucher(
        "2026-08-25", "Kontantsalg",
        (("6480", Decimal("525.00"), ""), ("1010", Decimal("-420.00"), ""),
         ("7680", Decimal("-105.00"), "")),
        vat=((2, "S01", "base", Decimal("420.00")), (3, "S01", "tax", Decimal("105.00"))),
    ),
)  # fmt: skip

DRAFTS: tuple[Voucher, ...] = (
    _voucher("11-18", "Kladde, ikke bogført", ("2450", "100.00", ""), ("6480", "-100.00", "")),
)

# What is booked after the third quarter is filed: the rest of the year, and the year's end.
REST_DOCUMENTS: tuple[Document, ...] = (
    _sale("11-24", "aarhus", "Julelys", "1010", "S01", "46350.00"),
    _sale("11-26", "mueller", "Gulvlamper", "1050", "S21", "38900.00"),
    _sale("12-03", "skov", "Spots", "1010", "S01", "27480.40"),
    _sale("12-08", "hansen", "Butiksbelysning", "1010", "S01", "19845.25"),
    _sale("12-10", "berg", "Designlamper", "1050", "S21", "31200.00"),
    _sale("12-15", "jensen", "Lyskæde", "1010", "S01", "559.20"),
    _sale("12-17", "ljus", "Lysplanlægning", "1150", "S23", "16400.00"),
    _purchase("12-01", "kontor", "Husleje", ("2030", "K010", "9500.00")),
    _purchase("12-04", "lumiere", "Lampeskærme", ("1630", "K210", "18420.00")),
    _purchase("12-12", "papir", "Kontorartikler", ("2450", "K010", "711.30")),
    _purchase("12-16", "netel", "El", ("2050", "K010", "3318.20"), ("7780", "K010", "2012.40")),
)


def _salary(day: str) -> Voucher:
    """One month's salary of the one employee: gross, tax, labour-market contribution, ATP."""
    return _voucher(
        day, "Løn", ("2845", "31000.00", ""), ("2898", "198.00", ""), ("7920", "-9840.00", ""),
        ("7940", "-2480.00", ""), ("7960", "-297.00", ""), ("6480", "-18581.00", ""),
    )  # fmt: skip


REST_VOUCHERS: tuple[Voucher, ...] = (
    _received("11-30", "mueller", "26300.00"),
    _salary("11-30"),
    Voucher(
        "2026-12-02",
        "Udstillingsinventar",
        (
            ("5580", Decimal("48000.00"), ""),
            ("7740", Decimal("12000.00"), ""),
            ("7440", Decimal("-60000.00"), "kontor"),
        ),
        vat=((1, "K010", "base", Decimal("48000.00")), (2, "K010", "tax", Decimal("12000.00"))),
    ),
    _received("12-14", "aarhus", "37343.75"),
    _paid("12-21", "lumiere", "18420.00"),
    _salary("12-31"),
    _voucher("12-31", "Bankrenter", ("3670", "412.75", ""), ("6480", "-412.75", "")),
    _voucher("12-31", "Afskrivning på inventar", ("3050", "800.00", ""), ("5610", "-800.00", "")),
    _voucher("12-31", "Varelager optalt", ("6141", "74350.00", ""), ("1410", "-74350.00", "")),
    _voucher("12-31", "Skyldig revisor", ("2670", "14000.00", ""), ("8040", "-14000.00", "")),
)
