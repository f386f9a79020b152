"""The words of one company's annual report: which element every answer becomes.

Belongs here: company, report, notes, policies, bookkeeping systems. Does not: what
management and the auditor sign (`signed_texts`), judging answers (`checks`), or where
a text stands on the page.
"""

from collections.abc import Iterator

from assets.reports.annual import catalogue, kinds, policies, signed_texts
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.text_row import TextRow, default, enumerated, row, stated, worded
from assets.reports.annual.year import Year

TOOL = "Indberet"


def texts(year: Year, file: InputFile) -> list[TextRow]:
    """Every text of the report, in order."""
    rows = [
        *_plain(file),
        *_facts(year, file),
        *signed_texts.statement(year, file),
        *signed_texts.people(file),
        *signed_texts.auditor(year, file),
        *_notes(year, file),
        *_policies(year, file),
        *_bookkeeping(file),
    ]
    return sorted(rows, key=lambda row: (row.field_no, len(row.subject), row.subject))


_SPECIAL = ("auditor.", "management.", "notes.", "policies.", "report.micro", "report.kind")
_WORDS = frozenset({"text", "paragraphs", "postcode", "country", "email", "url", "cvr", "date"})


def _plain(file: InputFile) -> Iterator[TextRow]:
    """Answers that stand as they are."""
    for one in catalogue.texts():
        is_plain = one.kind in _WORDS and not one.key.startswith(_SPECIAL)
        if is_plain and one.key in file.values:
            yield stated(file, one, str(file.values[one.key]))


def _facts(year: Year, file: InputFile) -> Iterator[TextRow]:
    """What the settings and the calendar say of the report itself."""
    kind = file.values.get("report.kind", "annual")
    told = [
        ("gsd:IdentificationNumberCvrOfReportingEntity", year.company.cvr),
        ("gsd:InformationOnTypeOfSubmittedReport", enumerated(year, f"kind:{kind}")),
        ("gsd:ReportingPeriodStartDate", str(year.start)),
        ("gsd:ReportingPeriodEndDate", str(year.end)),
        ("fsa:ClassOfReportingEntity", enumerated(year, f"class:{year.annual.company_class}")),
        ("gsd:ToolForPreparingTheXBRLInstanceDocument", TOOL),
    ]
    if year.previous_origin != "none":
        told += [
            ("gsd:PrecedingReportingPeriodStartDate", str(year.previous_start)),
            ("gsd:PredingReportingPeriodEndDate", str(year.previous_end)),
        ]
    for field, text in told:
        yield row(field, text, "settings", None)
    if file.values.get("report.elements_of_class_c"):
        field = "fsa:SelectedElementsFromReportingClassC"
        yield row(field, "true", "stated", file.source("report.elements_of_class_c"))
    if "submitter.name" not in file.values:
        yield from _company_submits(year, file)


def _company_submits(year: Year, file: InputFile) -> Iterator[TextRow]:
    """The company as the one that sends, where no other is named (TM24-TM28)."""
    value = file.values.get
    told = [
        ("gsd:NameOfSubmittingEnterprise", value("company.name", "")),
        ("gsd:IdentificationNumberCvrOfSubmittingEnterprise", year.company.cvr),
        (
            "gsd:AddressOfSubmittingEnterpriseStreetAndNumber",
            f"{value('company.street', '')} {value('company.building', '')}",
        ),
        (
            "gsd:AddressOfSubmittingEnterprisePostcodeAndTown",
            f"{value('company.postcode', '')} {value('company.town', '')}",
        ),
    ]
    for field, text in told:
        if text.strip():
            yield row(field, text.strip(), "derived", file.source("company"))


def _notes(year: Year, file: InputFile) -> Iterator[TextRow]:
    """The notes in words; `none` becomes the sentence that says so."""
    for one in catalogue.texts():
        if one.key.startswith("notes.") and one.key in file.values:
            text = file.values[one.key]
            is_none = one.kind == "paragraphs_or_none" and text == kinds.NONE
            wording = f"no_{one.key.removeprefix('notes.')}"
            yield stated(file, one, worded(year, wording) if is_none else text)
    exempt = dict(zip(kinds.EXEMPTIONS, _exemption_fields(), strict=True))
    for name in file.values.get("report.micro_exemptions", []):
        source = file.source("report.micro_exemptions")
        yield row(exempt[name], "true", "stated", source)
    reasons = [row["reason"] for row in file.tables.get("restatement", []) if "reason" in row]
    if reasons:
        field = "fsa:ExplanationOfGroundsOfNoncomparabilityOrRestatement"
        text = "\n\n".join(dict.fromkeys(reasons))
        yield row(field, text, "stated", file.source("[[restatement]]"))


def _exemption_fields() -> list[str]:
    return [one.field for one in catalogue.texts() if "TheMicroUndertaking" in one.field]


def _policies(year: Year, file: InputFile) -> Iterator[TextRow]:
    if year.previous_origin != "none":
        unchanged = "false" if file.values.get("policies.changed") else "true"
        field = "fsa:AccountingPoliciesAreUnchangedFromPreviousPeriod"
        yield row(field, unchanged, "stated", file.source("policies.changed"))
    for key in ("policies.changes", "policies.whole", "policies.goodwill_reason"):
        if key in file.values:
            one = next(text for text in catalogue.texts() if text.key == key)
            yield stated(file, one, file.values[key])
    if policies.is_left_out(year, file):
        yield default(year, policies.WHOLE, "micro_policies")
    for chosen in policies.chosen(year, file):
        origin = "stated" if chosen.source else "default"
        rule = chosen.policy
        yield TextRow("", rule.field, rule.order, chosen.text, origin, chosen.source)


_REGISTERED = (
    ("from", "StartDateForUseOfDigitalStandardBookkeepingSystem"),
    ("to", "EndDateForUseOfDigitalStandardBookkeepingSystem"),
    ("provider", "NameOfProviderOfDigitalStandardBookkeepingSystemUsed"),
    ("provider_cvr", "IdentificationNumberCvrOfProviderOfDigitalStandardBookkeepingSystemUsed"),
    (
        "provider_foreign_number",
        "RegistrationNumberOfForeignProviderOfDigitalStandardBookkeepingSystemUsed",
    ),
    ("registration_number", "RegistrationNumberOfTheDigitalStandardBookkeepingSystemUsed"),
)
_OTHER = (
    ("from", "StartDateForUseOfDigitalNonregisteredBookkeepingSystem"),
    ("to", "EndDateForUseOfDigitalNonregisteredBookkeepingSystem"),
    ("kind", "TypeOfDigitalNonregisteredBookkeepingSystem"),
    ("name", "DescriptionOfWhichDigitalNonRegisteredBookkeepingSystemIsUsed"),
    ("backup", "DoesTheEntityStoreABackupCopyWithAThirdParty"),
    ("backup_name", "NameOfThirdPartyWhereTheBackupCopyIsStored"),
    ("backup_cvr", "IdentificationNumberCvrOfDanishThirdPartyWhereTheBackupCopyIsStored"),
    (
        "backup_foreign_number",
        "RegistrationNumberOfForeignThirdPartyWhereTheBackupCopyIsStored",
    ),
    ("backup_country", "CountryIdentificationCodeOfForeignThirdPartyWhereTheBackupCopyIsStored"),
)


def _bookkeeping(file: InputFile) -> Iterator[TextRow]:
    """The systems used, registered and others, each numbered by itself. Source: § 138 a."""
    count = {True: 0, False: 0}
    for place, used in enumerate(file.tables.get("bookkeeping_system", []), start=1):
        if "registered" not in used:
            continue
        is_registered = used["registered"]
        count[is_registered] += 1
        source = file.source(f"[[bookkeeping_system]] {place}")
        for key, name in _REGISTERED if is_registered else _OTHER:
            if key in used:
                text = str(used[key]).lower() if isinstance(used[key], bool) else str(used[key])
                subject = str(count[is_registered])
                yield row(f"gsd:{name}", text, "stated", source, subject)
