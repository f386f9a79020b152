"""One SIE 1-4 file, label by label.

Belongs here: what each label means. Does not: text and fields (`sie4_text`), what becomes
of a book (`book`).

Source: SIE filformat utgåva 4B.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from assets.sources.connector import Item, Progress
from assets.sources.parts.sie import sie4_text
from assets.sources.parts.sie.book import Book, Posting, Voucher
from assets.sources.parts.sie.sie4_text import Line, Text
from assets.sources.row_batches import compact_date
from assets.sources.source_files import SourceFile
from quality.finding import Severity
from warehouse.errors import SourceError

_KINDS = {"T": "asset", "S": "liability", "K": "expense", "I": "revenue"}
_FIX = "Correct it in the bookkeeping system, export again, then run `indberet pull`."
_OTHER_DATES = "posting(s) carry another date than their voucher; the voucher's date counts"
_BROKEN_QUOTES = "field(s) begin with a quotation mark that never ends; read to the next blank"
_KNOWN_OTHERS = frozenset(
    (
        "#FLAGGA", "#PROGRAM", "#FORMAT", "#GEN", "#SIETYP", "#PROSA", "#FTYP", "#FNR", "#ORGNR",
        "#BKOD", "#ADRESS", "#FNAMN", "#TAXAR", "#KPTYP", "#VALUTA", "#ENHET",
    )
)  # fmt: skip


def other_program(wanted: str, told: str | None) -> list[str]:
    """What to say of a file that another program wrote than the connection is about."""
    if wanted.lower() in (told or "").lower():
        return []
    return [f"#PROGRAM says {told or 'nothing'}, expected a file that {wanted} wrote"]


class Reader:
    """One file, label by label."""

    def __init__(self, file: SourceFile, book: Book, program: str) -> None:
        self._file, self._book, self._notes, self._program = file, book, book.notes, program
        self._text: Text = sie4_text.open_text(file.path)
        self._years: dict[str, tuple[date, date]] = {}
        self._told: dict[str, str] = {"#SIETYP": "1", "#VALUTA": "SEK"}
        self._accounts: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._standard: dict[str, str] = {}
        self._balances = 0
        self._voucher: Voucher | None = None
        self._added_rows: dict[tuple[str | None, str | None, tuple[str, ...]], int] = {}
        self._removed = 0
        self._other_dates = 0
        self._budget = 0
        self._unknown: dict[str, int] = {}
        self._undated_years: dict[str, int] = {}

    def items(self, progress: Progress) -> Iterator[Item]:
        """Rows, findings and completeness of the file."""
        handlers = {
            "#RAR": self._year, "#KONTO": self._account, "#KTYP": self._kind, "#SRU": self._sru,
            "#OMFATTN": self._covered, "#DIM": self._dimension, "#UNDERDIM": self._dimension,
            "#OBJEKT": self._object,
            "#IB": self._year_balance, "#UB": self._year_balance, "#RES": self._year_balance,
            "#OIB": self._year_balance, "#OUB": self._year_balance, "#PSALDO": self._period,
            "#VER": self._start, "#TRANS": self._posting, "#RTRANS": self._added,
            "#BTRANS": self._struck, "}": self._end,
        }  # fmt: skip
        for line in self._text.lines():
            handler = handlers.get(line.label)
            if handler is not None:
                handler(line)
            else:
                self._other(line)
            yield from self._book.take()
        progress(f"{self._file.name}: vouchers", self._book.vouchers)
        yield from self._finish()

    def _other(self, line: Line) -> None:
        if line.label in _KNOWN_OTHERS:
            self._told[line.label] = line.get(0) or self._told.get(line.label, "")
        elif line.label == "#PBUDGET":
            self._budget += 1
        elif line.label not in ("{", "#KSUMMA"):
            self._unknown.setdefault(line.label, line.number)

    def _year(self, line: Line) -> None:
        start, end = compact_date(line.get(1)), compact_date(line.get(2))
        index = line.get(0)
        if index is None or start is None or end is None:
            self._say("sie.year", Severity.WARNING, line, "#RAR has no start and end date.")
            return
        self._years[index] = (start, end)
        self._book.fiscal_year(start, end)
        if index == "0":
            self._book.year = (start, end)

    def _covered(self, line: Line) -> None:
        self._book.covered = compact_date(line.get(0))

    def _account(self, line: Line) -> None:
        code = line.get(0)
        if code is not None:
            self._accounts[code] = line.get(1) or code

    def _kind(self, line: Line) -> None:
        if (code := line.get(0)) and (kind := _KINDS.get((line.get(1) or "").upper())):
            self._kinds[code] = kind

    def _sru(self, line: Line) -> None:
        if (code := line.get(0)) and (sru := line.get(1)):
            self._standard.setdefault(code, f"SRU:{sru}")

    def _dimension(self, line: Line) -> None:
        if number := line.get(0):
            self._book.dimension(number, line.get(1) or "")

    def _object(self, line: Line) -> None:
        if (number := line.get(0)) and (own := line.get(1)):
            self._book.object(number, own, line.get(2) or "")

    def _year_balance(self, line: Line) -> None:
        year = self._years.get(line.get(0) or "")
        account = line.get(1)
        if year is None or account is None:
            told = line.get(0) or "(none)"
            self._undated_years[told] = self._undated_years.get(told, 0) + 1
            return
        kind = {"#IB": "opening", "#OIB": "opening", "#RES": "result"}.get(line.label, "closing")
        day = year[0] if kind == "opening" else year[1]
        self._balance(line, kind, day, account, line.get(2))

    def _period(self, line: Line) -> None:
        start = compact_date(f"{line.get(1)}01")
        account = line.get(2)
        if start is None or account is None:
            self._say(
                "sie.period", Severity.WARNING, line,
                f"#PSALDO has period {line.get(1)!r}, expected yyyymm; the line is left out.",
            )  # fmt: skip
            return
        day = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        self._balance(line, "period", day, account, line.get(3))

    def _balance(self, line: Line, kind: str, day: date, account: str, amount: str | None) -> None:
        self._balances += kind != "period"
        self._book.balance(
            kind, day, account, self._book.amount(amount, line.number), _pairs(line), line.number
        )

    def _start(self, line: Line) -> None:
        if self._voucher is not None:
            self._end(line)
        day = compact_date(line.get(2))
        if day is None:
            self._say(
                "sie.date", Severity.ERROR, line,
                f"Voucher {line.get(1) or '(no number)'} of series {line.get(0) or '(none)'}: the "
                f"date is {line.get(2)!r}, expected yyyymmdd; the voucher is left out.",
            )  # fmt: skip
            return
        number = line.get(1) or ""
        self._voucher = Voucher(
            line.get(0), "" if number == "0" else number, day, line.get(3),
            compact_date(line.get(4)), line.number,
        )  # fmt: skip

    def _posting(self, line: Line) -> None:
        key = (line.get(0), line.get(1), line.objects)
        if self._added_rows.get(key):
            self._added_rows[key] -= 1  # an added row, written again for older programs
        else:
            self._post(line)

    def _added(self, line: Line) -> None:
        key = (line.get(0), line.get(1), line.objects)
        self._added_rows[key] = self._added_rows.get(key, 0) + 1
        self._post(line)

    def _post(self, line: Line) -> None:
        voucher = self._voucher
        if voucher is None:
            return
        day = compact_date(line.get(2))
        self._other_dates += day is not None and day != voucher.day
        account = line.get(0)
        if account is None:
            self._say("sie.account", Severity.ERROR, line, "A posting has no account; kept on '?'.")
        voucher.postings.append(
            Posting(
                account or "?", self._book.amount(line.get(1), line.number), line.get(3),
                _pairs(line),
            )
        )  # fmt: skip

    def _struck(self, _line: Line) -> None:
        self._removed += 1

    def _end(self, _line: Line) -> None:
        self._added_rows.clear()
        if self._voucher is not None:
            self._book.voucher(self._voucher)
        self._voucher = None

    def _finish(self) -> Iterator[Item]:
        if self._voucher is not None:
            raise SourceError(
                f"Reading {self._file.path}:{self._voucher.line}: the file ends inside voucher "
                f"{self._voucher.number or '(no number)'}, before its closing brace. "
                "It was cut off; export or copy it again."
            )
        told = self._told
        for code, name in self._accounts.items():
            self._book.account(code, name, self._kinds.get(code), self._standard.get(code))
        self._book.company(
            told.get("#ORGNR") or None, told.get("#FNAMN") or self._file.name, told["#VALUTA"]
        )
        self._check_checksum()
        self._tell_coverage()
        self._tell()
        is_export = told["#SIETYP"] == "4" and self._balances > 0
        yield from self._book.finish(is_whole_year=is_export)

    def _check_checksum(self) -> None:
        checksum = self._text.checksum
        if checksum.declared is not None and checksum.declared != checksum.value:
            self._notes.add(
                "sie.checksum", Severity.ERROR, f"{self._file.name}:{checksum.at_line}",
                f"#KSUMMA says {checksum.declared}, the content gives {checksum.value}: the file "
                "was changed after it was exported, or damaged.", "Export the file again.",
                pair=(str(checksum.declared), str(checksum.value)),
            )  # fmt: skip

    def _tell_coverage(self) -> None:
        covered, year = self._book.covered, self._book.year
        is_partial = covered is not None and year is not None and covered < year[1]
        if is_partial and self._balances and self._book.vouchers:
            self._note(
                "sie.coverage", f"#OMFATTN says that the stated balances cover vouchers until "
                f"{covered}; they are compared with those alone.",
                "Nothing, if the file was exported so; vouchers of all days count.",
            )  # fmt: skip

    def _tell(self) -> None:
        """What the file does not say, or says in a way that a person should know."""
        type_, name = self._told["#SIETYP"], self._file.name
        if type_ in ("1", "2", "3"):
            self._note(
                "sie.no_vouchers", f"SIE type {type_} holds balances without vouchers: balances "
                "are read, and no VAT return can be made from them.",
                "Export SIE type 4E where vouchers are needed.",
            )  # fmt: skip
        for year, count in sorted(self._undated_years.items()):
            self._notes.add(
                "sie.year", Severity.WARNING, name,
                f"{count} balances belong to year {year}, which no #RAR declares; left out.", _FIX,
            )  # fmt: skip
        for label, at in self._unknown.items():
            self._note(
                "sie.unknown_label", f"{label} (first at line {at}) is no label of SIE 4; "
                "its lines are left out.", "Nothing, unless it holds postings.",
            )  # fmt: skip
        for count, rule, what in (
            (self._removed, "sie.struck_line", "struck-out posting(s) (#BTRANS) do not count"),
            (self._other_dates, "sie.line_date", _OTHER_DATES),
            (self._budget, "sie.budget", "budget line(s) (#PBUDGET) are no books and are left out"),
            (self._text.broken_quotes, "sie.quotes", _BROKEN_QUOTES),
        ):
            if count:
                self._note(rule, f"{count} {what}.", "Nothing, unless it is not meant so.")
        for message in other_program(self._program, self._told.get("#PROGRAM")):
            self._note(
                "sie.program", f"{message}.", "Nothing, if this is the company's file all the same."
            )
        self._tell_encoding()

    def _tell_encoding(self) -> None:
        told = self._told.get("#FORMAT", "PC8").upper()
        if self._text.lost_letters:
            self._notes.add(
                "sie.lost_letters", Severity.WARNING, self._file.name,
                f"{self._text.lost_letters} letters were lost before the file came here (written "
                "as U+FFFD); names and texts are kept as they are.",
                "Export again without converting the file's encoding.",
            )  # fmt: skip
        elif told == "PC8" and self._text.encoding == "cp1252":
            self._note(
                "sie.encoding", "#FORMAT says PC8 (CP437), the letters are Windows-1252; read as "
                "such.", "Nothing, if names and texts read well.",
            )  # fmt: skip

    def _note(self, rule: str, message: str, remedy: str) -> None:
        self._notes.add(rule, Severity.NOTE, self._file.name, message, remedy)

    def _say(self, rule: str, severity: Severity, line: Line, message: str) -> None:
        self._notes.add(rule, severity, f"{self._file.name}:{line.number}", message, _FIX)


def _pairs(line: Line) -> dict[str, str]:
    """The object list as dimension → object."""
    return dict(zip(line.objects[::2], line.objects[1::2], strict=False))
