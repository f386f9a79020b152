"""A small Danish annual report that breaks no filing rule, to be broken one rule at a time."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from xbrl.model import Instance
from xbrl.read import read_bytes

AUTHORITY = "http://archprod.service.eogs.dk/taxonomy/"
ENTRY = f"{AUTHORITY}20241001/entryDanishGAAPBalanceSheetAccountForm20241001.xsd"
CVR = "10150817"
YEAR = "<xbrli:startDate>2024-01-01</xbrli:startDate><xbrli:endDate>2024-12-31</xbrli:endDate>"
YEAR_BEFORE = YEAR.replace("2024", "2023")
END = "<xbrli:instant>2024-12-31</xbrli:instant>"
END_BEFORE = END.replace("2024", "2023")


def member(dimension: str, name: str) -> str:
    return f'<xbrldi:explicitMember dimension="{dimension}">{name}</xbrldi:explicitMember>'


GROUP = member("cmn:ConsolidatedSoloDimension", "cmn:ConsolidatedMember")
OTHER = member(
    "cmn:ReportedValueOtherRenderingOfReportedValueDimension",
    "cmn:OtherRenderingOfReportedValueMember",
)
DEVIATING = member(
    "gsd:TypeOfReportingPeriodDimension",
    "gsd:RegisteredReportingPeriodDeviatingFromReportedReportingPeriodDueArbitraryDatesMember",
)


class Context(NamedTuple):
    period: str
    scenario: str = ""
    segment: str = ""
    identifier: str = CVR
    scheme: str = "http://www.dcca.dk/cvr"

    def markup(self, context_id: str) -> str:
        segment = f"<xbrli:segment>{self.segment}</xbrli:segment>" if self.segment else ""
        scenario = f"<xbrli:scenario>{self.scenario}</xbrli:scenario>" if self.scenario else ""
        return (
            f'<xbrli:context id="{context_id}"><xbrli:entity><xbrli:identifier '
            f'scheme="{self.scheme}">{self.identifier}</xbrli:identifier>{segment}</xbrli:entity>'
            f"<xbrli:period>{self.period}</xbrli:period>{scenario}</xbrli:context>"
        )


CONTEXTS = {
    "year": Context(YEAR),
    "before": Context(YEAR_BEFORE),
    "end": Context(END),
    "end-before": Context(END_BEFORE),
}


class Fact(NamedTuple):
    concept: str
    context: str
    value: str
    unit: str = ""
    more: str = ""

    def markup(self) -> str:
        kind = "nonFraction" if self.unit else "nonNumeric"
        value = self.value.removeprefix("-")
        more = self.more
        if self.unit:
            more += f' unitRef="{self.unit}"' + ("" if "decimals" in more else ' decimals="0"')
            more += ' sign="-"' if value != self.value else ""
        text = value if self.unit else self.value
        return (
            f'<p><ix:{kind} name="{self.concept}" contextRef="{self.context}"{more}>'
            f"{text}</ix:{kind}></p>"
        )


def text(concept: str, value: str, context: str = "year", more: str = "") -> Fact:
    return Fact(concept, context, value, "", more)


def amount(concept: str, value: int | str, context: str = "year", more: str = "") -> Fact:
    return Fact(concept, context, str(value), "DKK", more)


FACTS = (
    text("gsd:IdentificationNumberCvrOfReportingEntity", CVR),
    text("gsd:InformationOnTypeOfSubmittedReport", "Årsrapport"),
    text("gsd:ReportingPeriodStartDate", "2024-01-01"),
    text("gsd:ReportingPeriodEndDate", "2024-12-31"),
    text("gsd:PrecedingReportingPeriodStartDate", "2023-01-01"),
    text("gsd:PredingReportingPeriodEndDate", "2023-12-31"),
    text("gsd:NameOfReportingEntity", "Nordlys ApS"),
    text("gsd:NameOfSubmittingEnterprise", "Bogholderiet ApS"),
    text("gsd:AddressOfSubmittingEnterpriseStreetAndNumber", "Havnegade 1"),
    text("gsd:AddressOfSubmittingEnterprisePostcodeAndTown", "8000 Aarhus C"),
    text("gsd:DateOfGeneralMeeting", "2025-03-01"),
    text("gsd:NameAndSurnameOfChairmanOfGeneralMeeting", "Ida Holm"),
    text("gsd:RegistrationNumberOfTheDigitalStandardBookkeepingSystemUsed", "fob1"),
    text("gsd:StartDateForUseOfDigitalStandardBookkeepingSystem", "2024-01-01"),
    text("gsd:EndDateForUseOfDigitalStandardBookkeepingSystem", "2024-12-31"),
    text("sob:DateOfApprovalOfAnnualReport", "2025-03-01"),
    text("sob:StatementByExecutiveAndSupervisoryBoards", "Vi har dags dato godkendt"),
    text("fsa:DisclosureOfAccountingPolicies", "Regnskabet er aflagt efter klasse B"),
    text("fsa:ClassOfReportingEntity", "Regnskabsklasse B"),
    text("cmn:TypeOfAuditorAssistance", "Revisionspåtegning"),
    text("cmn:IdentificationNumberCvrOfAuditFirm", "25160924"),
    text("cmn:NameOfAuditFirm", "Revision Nord"),
    text("arr:SignatureOfAuditorsDate", "2025-03-01"),
    text("arr:DescriptionOfQualificationsOfAuditedFinancialStatements", "Ingen"),
    *(
        fact
        for year, end in (("year", "end"), ("before", "end-before"))
        for fact in (
            amount("fsa:ProfitLoss", 5000, year),
            amount("fsa:TaxExpense", 1100, year),
            amount("fsa:ProposedDividendRecognisedInEquity", 2000, year),
            amount("fsa:EmployeeBenefitsExpense", 300000, year),
            Fact("fsa:AverageNumberOfEmployees", year, "1", "pure"),
            amount("fsa:CurrentAssets", 90000, end),
            amount("fsa:Assets", 100000, end),
            amount("fsa:Equity", 50000, end),
            amount("fsa:Provisions", 10000, end),
            amount("fsa:LongtermLiabilitiesOtherThanProvisions", 15000, end),
            amount("fsa:ShorttermLiabilitiesOtherThanProvisions", 25000, end),
            amount("fsa:LiabilitiesOtherThanProvisions", 40000, end),
            amount("fsa:LiabilitiesAndEquity", 100000, end),
        )
    ),
)

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "ix": "http://www.xbrl.org/2013/inlineXBRL",
        "xbrli": "http://www.xbrl.org/2003/instance",
        "xbrldi": "http://xbrl.org/2006/xbrldi",
        "link": "http://www.xbrl.org/2003/linkbase",
        "xlink": "http://www.w3.org/1999/xlink",
        "iso4217": "http://www.xbrl.org/2003/iso4217",
        **{p: f"http://xbrl.dcca.dk/{p}" for p in ("fsa", "gsd", "cmn", "arr", "sob")},
    }.items()
)


@dataclass(frozen=True)
class Report:
    """An annual report; `but` and the rest give another one that differs in one thing."""

    facts: tuple[Fact, ...] = FACTS
    contexts: dict[str, Context] = field(default_factory=lambda: dict(CONTEXTS))
    references: str = f'<link:schemaRef xlink:type="simple" xlink:href="{ENTRY}"/>'
    resources: str = ""
    head: str = ""
    body: str = ""
    root: str = 'xml:lang="da"'

    def but(self, *facts: Fact) -> "Report":
        """Facts of the same concept and context take the place of those there."""
        places = {(fact.concept, fact.context) for fact in facts}
        kept = [fact for fact in self.facts if (fact.concept, fact.context) not in places]
        return replace(self, facts=(*kept, *facts))

    def also(self, *facts: Fact) -> "Report":
        return replace(self, facts=(*self.facts, *facts))

    def without(self, *concepts: str, context: str | None = None) -> "Report":
        kept = (
            fact
            for fact in self.facts
            if fact.concept not in concepts or context not in {None, fact.context}
        )
        return replace(self, facts=tuple(kept))

    def with_context(self, name: str, context: Context) -> "Report":
        return replace(self, contexts={**self.contexts, name: context})

    def with_entity(self, **changes: str) -> "Report":
        """The same report, of another entity in every context."""
        contexts = {name: c._replace(**changes) for name, c in self.contexts.items()}
        return replace(self, contexts=contexts)

    def moved(self, concept: str, context: str) -> "Report":
        facts = (f._replace(context=context) if f.concept == concept else f for f in self.facts)
        return replace(self, facts=tuple(facts))

    def page(self) -> bytes:
        contexts = "".join(c.markup(name) for name, c in self.contexts.items())
        facts = "\n".join(fact.markup() for fact in self.facts)
        return (
            f'<html xmlns="http://www.w3.org/1999/xhtml" {NAMESPACES} {self.root}>\n'
            f"<head><title>Årsrapport</title>{self.head}</head>\n<body><div><ix:header>"
            f"<ix:references>{self.references}</ix:references><ix:resources>{self.resources}"
            f"{contexts}"
            '<xbrli:unit id="DKK"><xbrli:measure>iso4217:DKK</xbrli:measure></xbrli:unit>'
            '<xbrli:unit id="pure"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>'
            f"</ix:resources></ix:header></div>\n{facts}\n{self.body}</body></html>"
        ).encode()

    def instance(self) -> Instance:
        (instance,) = read_bytes(self.page(), "report.xhtml")
        return instance
