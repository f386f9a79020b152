import pytest

from tests.unit.xbrl.validation.judged import arcs, element, judged, taxonomy, told, tuple_of

KNOWN = taxonomy(
    element("Cash")
    + element("Sales", period="duration")
    + element("Name", "i:stringItemType")
    + element("Shares", "i:sharesItemType")
    + element("Count", "t:upTo9")
    + '<xs:complexType name="upTo9"><xs:simpleContent><xs:restriction base="i:integerItemType">'
    '<xs:maxInclusive value="9"/></xs:restriction></xs:simpleContent></xs:complexType>'
    + tuple_of(
        "Loan",
        '<xs:sequence><xs:element ref="t:Cash"/><xs:element ref="t:Name" '
        'minOccurs="0" maxOccurs="2"/></xs:sequence>',
    )
)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (
            '<t:Cash contextRef="c" unitRef="u">1</t:Cash>',
            "xbrl.4.6.3:missingPrecisionDecimals",
            "Fact t:Cash in context c is numeric and must have decimals or precision.",
        ),
        (
            '<t:Cash contextRef="c" unitRef="u" decimals="0" precision="1">1</t:Cash>',
            "xbrl.4.6.3:bothPrecisionAndDecimals",
            "Fact t:Cash in context c must have decimals or precision, and has both.",
        ),
        (
            '<t:Cash contextRef="c" unitRef="u" decimals="0" xsi:nil="true"/>',
            "xbrl.4.6.3:nilPrecisionDecimals",
            "Fact t:Cash in context c is nil and may not have decimals.",
        ),
        (
            '<t:Cash contextRef="u" unitRef="u" decimals="0">1</t:Cash>',
            "xbrl.4.6.1:itemContextRef",
            (
                "Fact t:Cash in context u must refer to a context of the instance, and "
                "has “u”, which is none."
            ),
        ),
        (
            '<t:Cash contextRef="c" unitRef="c" decimals="0">1</t:Cash>',
            "xbrl.4.6.2:numericUnit",
            (
                "Fact t:Cash in context c is numeric and must refer to a unit, and has "
                "“c”, which is none."
            ),
        ),
        (
            '<t:Sales contextRef="c" unitRef="u" decimals="0">1</t:Sales>',
            "xbrl.4.7.2:contextPeriodType",
            (
                "Fact t:Sales in context c: a context with a duration was expected, one "
                "with an instant found."
            ),
        ),
        (
            '<t:Shares contextRef="c" unitRef="u" decimals="0">1</t:Shares>',
            "xbrl.4.8.2:sharesFactUnit-notSharesMeasure",
            (
                "Fact t:Shares in context c must have xbrli:shares alone as its unit; u "
                "is iso4217:DKK."
            ),
        ),
        (
            (
                '<unit id="p"><measure>pure</measure></unit>'
                '<t:Cash contextRef="c" unitRef="p" decimals="0">1</t:Cash>'
            ),
            "xbrl.4.8.2:monetaryFactUnit-notMonetaryMeasure",
            "Fact t:Cash in context c must have a currency (iso4217) as its unit; p is xbrli:pure.",
        ),
        (
            '<t:Count contextRef="c" unitRef="u" decimals="0">10</t:Count>',
            "xmlSchema:valueError",
            "Fact t:Count in context c value “10” must be at most 9.",
        ),
        (
            '<t:Cash contextRef="c" unitRef="u" decimals="0">1,5</t:Cash>',
            "xmlSchema:valueError",
            "Fact t:Cash in context c value “1,5” must be a xs:decimal.",
        ),
        (
            '<t:Other contextRef="c">x</t:Other>',
            "xbrl.4.6:conceptNotDeclared",
            "A concept of the taxonomy was expected; t:Other (1 facts) is not declared in it.",
        ),
        (
            '<t:Loan><t:Name contextRef="c">n</t:Name></t:Loan>',
            "xmlSchema:elementUnexpected",
            "Fact t:Loan must hold (Cash, Name{0,2}), and holds Name.",
        ),
        (
            (
                '<context id="d"><entity><identifier '
                'scheme="http://s">1</identifier></entity><period>'
                "<startDate>2024-12-31</startDate><endDate>2024-01-01</endDate></period></context>"
            ),
            "xbrl.4.7.2:periodStartBeforeEnd",
            "Context d: a start before the end was expected; 2024-12-31 to 2024-01-01 found.",
        ),
        (
            (
                '<context id="d"><entity><identifier '
                'scheme="http://s">1</identifier></entity><period>'
                "<forever/></period><scenario><t:Cash/></scenario></context>"
            ),
            "xbrl.4.7.4:scenarioItemTuple",
            "Context d: its scenario may not hold an item or tuple; t:Cash found.",
        ),
        (
            (
                '<unit id="v"><divide><unitNumerator><measure>pure</measure></unitNumerator>'
                "<unitDenominator><measure>pure</measure></unitDenominator></divide></unit>"
            ),
            "xbrl.4.8.4:measureBothNumDenom",
            "Unit v: xbrli:pure stands both above and below the line.",
        ),
        (
            '<unit id="v"><measure>impure</measure></unit>',
            "xbrl.4.8.2:measureElement",
            "Unit v: xbrli:pure or xbrli:shares was expected, xbrli:impure found.",
        ),
        (
            (
                '<link:footnoteLink xlink:type="extended" '
                'xlink:role="http://www.xbrl.org/2003/role/link">'
                '<link:footnote xlink:type="resource" '
                'xlink:label="f">n</link:footnote></link:footnoteLink>'
            ),
            "xbrl.4.11.1.2.1:footnoteLang",
            "Footnote f must have a language; none is in force.",
        ),
    ],
)
def test_each_rule_has_its_code_and_message(body, code, message):
    assert (code, message) in told(judged(KNOWN, body))


def test_a_good_instance_has_no_problem():
    body = (
        '<t:Cash contextRef="c" unitRef="u" decimals="-3">1000</t:Cash>'
        '<t:Loan><t:Cash contextRef="c" unitRef="u" precision="INF">1</t:Cash>'
        '<t:Name contextRef="c"> x </t:Name></t:Loan><t:Loan xsi:nil="true"/>'
    )
    assert judged(KNOWN, body) == []


def test_problems_name_line_and_fact():
    (problem,) = judged(KNOWN, '\n<t:Cash id="k" contextRef="c" unitRef="u">1</t:Cash>')
    assert (problem.where, problem.element_id, problem.facts) == ("http://t/i.xml:6", "k", (0,))


def test_a_default_makes_an_empty_element_a_value():
    known = taxonomy(element("Cash", default="7") + element("Name", "i:stringItemType"))
    assert judged(known, '<t:Cash contextRef="c" unitRef="u" decimals="0"/>') == []


def test_an_alias_agrees_with_its_essence_and_required_elements_are_there():
    role = "http://www.xbrl.org/2003/arcrole/"
    schema = element("Cash") + element("Money") + element("Name", "i:stringItemType")
    alias = arcs("definitionLink", "definitionArc", f"{role}essence-alias", ("Cash", "Money", ""))
    body = (
        '<t:Cash contextRef="c" unitRef="u" decimals="0">1</t:Cash>'
        '<t:Money contextRef="c" unitRef="u" decimals="0">2</t:Money>'
    )
    assert told(judged(taxonomy(schema, alias), body)) == [
        (
            "xbrl.5.2.6.2.2:essenceAliasValueInconsistency",
            (
                "Fact t:Money in context c is an alias of t:Cash: value “1” was "
                "expected, “2” found "
                "(link role http://www.xbrl.org/2003/role/link)."
            ),
        )
    ]
    requires = arcs(
        "definitionLink", "definitionArc", f"{role}requires-element", ("Cash", "Name", "")
    )
    assert told(judged(taxonomy(schema, requires), body)) == [
        (
            "xbrl.5.2.6.2.4:requiresElementInconsistency",
            (
                "t:Cash is reported and requires t:Name, which is not "
                "(link role http://www.xbrl.org/2003/role/link)."
            ),
        )
    ]


def test_units_of_the_registry():
    known = taxonomy(element("Area", "t:areaItemType") + element("Cash"))
    assert (
        judged(known, '<t:Cash contextRef="c" unitRef="u" decimals="0">1</t:Cash>', units=True)
        == []
    )
    body = (
        '<unit id="x"><measure>iso4217:XYZ</measure></unit>'
        '<t:Cash contextRef="c" unitRef="x" decimals="0">1</t:Cash>'
    )
    ((code, message),) = told(judged(known, body, units=True))
    assert code == "utre:error-NumericFactUtrInvalid"
    assert message.startswith(
        "Fact t:Cash in context c: a unit registered for monetaryItemType was expected ("
    )
    assert message.endswith("; unit x is none.")


def test_what_nests_without_end_is_a_finding():
    deep = "<t:x>" * 1500 + "</t:x>" * 1500
    body = (
        '<context id="d"><entity><identifier scheme="http://s">1</identifier></entity><period>'
        f"<forever/></period><scenario>{deep}</scenario></context>"
        '<t:Sales contextRef="d" unitRef="u" decimals="0">1</t:Sales>'
    )
    assert (
        "xml:depth",
        "Element t:x stands more than 100 levels deep; what is in it is not checked.",
    ) in told(judged(KNOWN, body))
