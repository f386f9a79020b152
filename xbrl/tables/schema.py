"""The tables an instance and a taxonomy become: Arrow schemas, with each column's meaning.

Belongs here: shapes. Does not: filling or writing them. `filing_id` is the SHA-256
of the bytes read (of a document set: of its files' hashes in order), so a row is the
same wherever and whenever it is made.
"""

import pyarrow as pa

NUMERIC = pa.decimal128(38, 10)
_TEXT = pa.dictionary(pa.int32(), pa.string())
_MOMENT = pa.timestamp("us")


def _column(name: str, type_: pa.DataType, meaning: str, *, required: bool = False) -> pa.Field:
    return pa.field(name, type_, nullable=not required, metadata={"meaning": meaning})


_FILING_ID = _column(
    "filing_id", _TEXT, "SHA-256 of the bytes the filing was read from", required=True
)
_TARGET = _column(
    "target", _TEXT, "inline target document; empty for the default one", required=True
)

FILING = pa.schema(
    [
        _FILING_ID,
        _TARGET,
        _column("kind", _TEXT, "xbrl or inline", required=True),
        _column("file", pa.string(), "name of the first file read", required=True),
        _column("file_count", pa.int32(), "files read", required=True),
        _column("byte_count", pa.int64(), "bytes read", required=True),
        _column("entry_points", pa.string(), "schema references, sorted, space between"),
        _column("entity_scheme", pa.string(), "identifier scheme, where all contexts agree"),
        _column("entity_identifier", pa.string(), "identifier, where all contexts agree"),
        _column("language", pa.string(), "the language most facts are in"),
        _column("fact_count", pa.int32(), "facts read", required=True),
        _column("context_count", pa.int32(), "contexts read", required=True),
        _column("unit_count", pa.int32(), "units read", required=True),
        _column("problem_count", pa.int32(), "problems found while reading", required=True),
        _column("is_read", pa.bool_(), "false when nothing could be read", required=True),
    ]
)

FACT = pa.schema(
    [
        _FILING_ID,
        _TARGET,
        _column("fact_index", pa.int32(), "place among the filing's facts, from 0", required=True),
        _column("kind", _TEXT, "item, fraction or tuple", required=True),
        _column("namespace", _TEXT, "namespace of the concept", required=True),
        _column("concept", _TEXT, "local name of the concept", required=True),
        _column("entity_scheme", _TEXT, "identifier scheme of the entity"),
        _column("entity_identifier", _TEXT, "identifier of the entity"),
        _column("period_type", _TEXT, "instant, duration or forever"),
        _column("period_start", pa.date32(), "first day of a duration"),
        _column("period_end", pa.date32(), "last day of a duration, or the day of an instant"),
        _column("period_start_at", _MOMENT, "exact beginning of a duration"),
        _column(
            "period_end_at", _MOMENT, "exact end; midnight at the end of period_end for a date"
        ),
        _column(
            "dimensions",
            _TEXT,
            "canonical key of dimensions and other scenario; empty for none",
            required=True,
        ),
        _column(
            "unit",
            _TEXT,
            "canonical unit: iso4217:DKK, xbrli:pure, a*b/c; others as {namespace}name",
        ),
        _column(
            "value", pa.string(), "lexical value, after transformation; null when nil or a tuple"
        ),
        _column("numeric_value", NUMERIC, "the value of a numeric fact, when it fits exactly"),
        _column("decimals", _TEXT, "as written: a number or INF"),
        _column("precision", _TEXT, "as written: a number or INF"),
        _column("is_nil", pa.bool_(), "the fact says that it has no value", required=True),
        _column("language", _TEXT, "xml:lang in force"),
        _column("parent_index", pa.int32(), "fact_index of the tuple it stands in"),
        _column("tuple_order", _TEXT, "its place in the tuple, as inline XBRL writes it"),
        _column(
            "duplicate",
            _TEXT,
            "complete, consistent or inconsistent with another fact of the same aspects",
        ),
        _column("context_id", _TEXT, "the filing's own id of the context"),
        _column("unit_id", _TEXT, "the filing's own id of the unit"),
        _column("element_id", pa.string(), "id of the element"),
        _column("file", _TEXT, "name of the file it stands in", required=True),
        _column("line", pa.int32(), "source line", required=True),
        _column("written", pa.string(), "text on the page, where it differs from the value"),
        _column("format", _TEXT, "transformation, {namespace}name"),
        _column("scale", _TEXT, "power of ten written on the page"),
        _column("sign", _TEXT, "- when the page leaves the minus out"),
        _column("is_hidden", pa.bool_(), "stands in ix:hidden", required=True),
    ]
)

DIMENSION = pa.schema(
    [
        _FILING_ID,
        _TARGET,
        _column("context_id", _TEXT, "the filing's own id of the context", required=True),
        _column("namespace", _TEXT, "namespace of the dimension", required=True),
        _column("dimension", _TEXT, "local name of the dimension", required=True),
        _column("member_namespace", _TEXT, "namespace of an explicit member"),
        _column("member", _TEXT, "local name of an explicit member"),
        _column("typed_member", pa.string(), "a typed member, as canonical XML"),
        _column("typed_value", pa.string(), "the text of a typed member"),
        _column("container", _TEXT, "segment or scenario", required=True),
    ]
)

FOOTNOTE = pa.schema(
    [
        _FILING_ID,
        _TARGET,
        _column("fact_index", pa.int32(), "the fact spoken of", required=True),
        _column("arcrole", _TEXT, "what the relationship is", required=True),
        _column("link_role", _TEXT, "the extended link's role", required=True),
        _column("role", _TEXT, "the footnote's role"),
        _column("language", _TEXT, "the footnote's language"),
        _column("text", pa.string(), "the footnote, as XHTML"),
        _column("to_fact_index", pa.int32(), "the explaining fact, where it is one"),
        _column("sort_order", _TEXT, "its place among others, as written"),
        _column("line", pa.int32(), "source line", required=True),
    ]
)

MARKUP = pa.schema(
    [
        _FILING_ID,
        _column("kind", _TEXT, "see `xbrl.model.Markup`", required=True),
        _column("value", pa.string(), "the attribute, or the head of it", required=True),
        _column("file", _TEXT, "name of the file", required=True),
        _column("line", pa.int32(), "source line", required=True),
    ]
)

REFERENCE = pa.schema(
    [
        _FILING_ID,
        _TARGET,
        _column("kind", _TEXT, "schemaRef, linkbaseRef, roleRef or arcroleRef", required=True),
        _column("href", pa.string(), "the address, as written", required=True),
        _column("uri", pa.string(), "the role or arcrole declared"),
        _column("line", pa.int32(), "source line", required=True),
    ]
)

PROBLEM = pa.schema(
    [
        _FILING_ID,
        _TARGET,
        _column("code", _TEXT, "the specification's, the authority's or our code", required=True),
        _column("severity", _TEXT, "error, warning or note", required=True),
        _column("message", pa.string(), "what was expected and found", required=True),
        _column("remedy", pa.string(), "what to do next", required=True),
        _column("file", _TEXT, "name of the file", required=True),
        _column("line", pa.int32(), "source line"),
        _column("element_id", pa.string(), "id of the element"),
        _column(
            "facts", pa.list_(pa.int32()), "fact_index of the facts that caused it", required=True
        ),
    ]
)

TABLES = {
    "xbrl_filing": FILING,
    "xbrl_fact": FACT,
    "xbrl_dimension": DIMENSION,
    "xbrl_footnote": FOOTNOTE,
    "xbrl_markup": MARKUP,
    "xbrl_reference": REFERENCE,
    "xbrl_problem": PROBLEM,
}
