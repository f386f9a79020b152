"""The service's status codes for annual reports, and what it says with each.

The authority publishes that 31, 45-48, 75, 76, 79 and 80-89 exist, that 45-48 are about the
certificate and that 80-82 came with the REST service, and nothing more. What each number means
here is the service's own choice. A channel to the real authority is given the real table.

Belongs here: numbers and words. Does not: when they are said (`annual_intake`).
"""

ACCEPTED = 0
PENDING = 1
UNJUDGED = 31
STRANGER = 45
WRONG_COMPANY = 75
DUPLICATE = 76
LANGUAGE = 79
NOT_INLINE = 80
TOO_LARGE = 81
NOT_THE_FORM = 82
INVALID = 83
BREAKS_RULES = 84
PERIOD = 85
REUSED = 86
UNREGISTERED = 87
ABSENT = 88

TEXTS = {
    ACCEPTED: "Årsrapporten er modtaget og offentliggjort",
    PENDING: "Årsrapporten er modtaget og behandles",
    UNJUDGED: "Årsrapporten kunne ikke kontrolleres",
    STRANGER: "Certifikatet er ikke registreret til indberetning",
    WRONG_COMPANY: "Årsrapporten er ikke for den virksomhed, der må indberettes for",
    DUPLICATE: "Årsrapporten for perioden er offentliggjort og kan ikke omgøres uden tilladelse",
    LANGUAGE: "Årsrapporten er hverken på dansk eller engelsk",
    NOT_INLINE: "Indholdet er ikke inline XBRL med oplysninger",
    TOO_LARGE: "Filen er for stor",
    NOT_THE_FORM: "Forespørgslen har ikke den aftalte form",
    INVALID: "Årsrapporten er ikke gyldig XBRL",
    BREAKS_RULES: "Årsrapporten bryder en eller flere indsendelsesregler",
    PERIOD: "Regnskabsperioden er ikke afsluttet",
    REUSED: "Transaktionen er brugt til en anden årsrapport",
    UNREGISTERED: "Virksomheden findes ikke",
    ABSENT: "Der findes ingen indberetning med dette transaktionsid",
}
HTTP = {
    ACCEPTED: 200, PENDING: 202, STRANGER: 403, ABSENT: 404, REUSED: 409, TOO_LARGE: 413,
    NOT_THE_FORM: 400,
}  # fmt: skip
"""HTTP status of an answer; 422 for the others, which reject."""
