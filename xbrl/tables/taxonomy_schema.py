"""The tables a taxonomy becomes when it is compiled: Arrow schemas, with each column's meaning.

Belongs here: shapes. Does not: filling them (`taxonomy.compiled`). Every table carries
`package_id` (SHA-256 of the zip) and `entry_point_id` (of the entry point's addresses), so the
tables of all compiled taxonomies can be read as one. Names are split as in `xbrl_fact`:
namespace, and local name.
"""

import pyarrow as pa

_TEXT = pa.dictionary(pa.int32(), pa.string())


def _column(name: str, type_: pa.DataType, meaning: str, *, required: bool = False) -> pa.Field:
    return pa.field(name, type_, nullable=not required, metadata={"meaning": meaning})


_KEY = [
    _column("package_id", _TEXT, "SHA-256 of the package's zip", required=True),
    _column("entry_point_id", _TEXT, "SHA-256 of the entry point's addresses", required=True),
]
_CONCEPT = [
    _column("namespace", _TEXT, "namespace of the concept", required=True),
    _column("concept", pa.string(), "local name of the concept", required=True),
]
_WHERE = [
    _column("url", _TEXT, "address of the document it stands in", required=True),
    _column("line", pa.int32(), "source line", required=True),
]

PACKAGE = pa.schema(
    [
        *_KEY,
        _column("identifier", pa.string(), "what the package calls itself", required=True),
        _column("name", pa.string(), "its name", required=True),
        _column("version", pa.string(), "its version; empty where it says none", required=True),
        _column("publisher", pa.string(), "its publisher; empty likewise", required=True),
        _column("published", pa.string(), "its publication date; empty likewise", required=True),
        _column("file", pa.string(), "name of the file it was added from", required=True),
        _column("byte_count", pa.int64(), "bytes of its zip", required=True),
        _column("compiler_version", pa.int32(), "of what compiled it", required=True),
    ]
)

ENTRY_POINT = pa.schema(
    [
        *_KEY,
        _column("number", pa.int32(), "place among the documents begun from", required=True),
        _column("url", pa.string(), "address of a document to begin from", required=True),
        _column("name", pa.string(), "the package's name for the entry point", required=True),
    ]
)

DOCUMENT = pa.schema(
    [
        *_KEY,
        _column("url", pa.string(), "address of a document of the set", required=True),
        _column("kind", _TEXT, "schema, linkbase or other", required=True),
    ]
)

CONCEPT = pa.schema(
    [
        *_KEY,
        *_CONCEPT,
        _column("id", pa.string(), "the declaration's id"),
        _column(
            "kind", _TEXT, "item, tuple, dimension, hypercube, linkpart or element", required=True
        ),
        _column("substitution_group", _TEXT, "as declared, {namespace}name"),
        _column("type", _TEXT, "as declared, {namespace}name"),
        _column("item_type", _TEXT, "the XBRL item type behind it, {namespace}name"),
        _column("primitive", _TEXT, "the XML Schema type behind that, {namespace}name"),
        _column("is_numeric", pa.bool_(), "numeric, fractions too", required=True),
        _column("period_type", _TEXT, "instant or duration"),
        _column("balance", _TEXT, "debit or credit"),
        _column("is_abstract", pa.bool_(), "cannot be reported", required=True),
        _column("is_nillable", pa.bool_(), "may be nil", required=True),
        _column("typed_domain", _TEXT, "domain element of a typed dimension, {namespace}name"),
        *_WHERE,
        _column("default_value", pa.string(), "what an empty element is read as"),
        _column("fixed_value", pa.string(), "the only value it may have"),
    ]
)

LABEL = pa.schema(
    [
        *_KEY,
        *_CONCEPT,
        _column("number", pa.int32(), "place among the entry point's labels", required=True),
        _column("link_role", _TEXT, "the extended link's role", required=True),
        _column("role", _TEXT, "what kind of label", required=True),
        _column("language", _TEXT, "xml:lang", required=True),
        _column("text", pa.string(), "the label", required=True),
    ]
)

REFERENCE_PART = pa.schema(
    [
        *_KEY,
        *_CONCEPT,
        _column("role", _TEXT, "what kind of reference", required=True),
        _column("number", pa.int32(), "which of the concept's references", required=True),
        _column("part", _TEXT, "the part's name, {namespace}name", required=True),
        _column("text", pa.string(), "the part", required=True),
    ]
)

RELATIONSHIP = pa.schema(
    [
        *_KEY,
        _column("arcrole", _TEXT, "what the relationship means", required=True),
        _column("role", _TEXT, "the extended link's role", required=True),
        _column("number", pa.int32(), "place in its network", required=True),
        _column("link", _TEXT, "the extended link's name, {namespace}name", required=True),
        _column("arc", _TEXT, "the arc's name, {namespace}name", required=True),
        _column("source_namespace", _TEXT, "namespace of the concept it leads from", required=True),
        _column("source", _TEXT, "local name of the concept it leads from", required=True),
        _column("target_namespace", _TEXT, "namespace of the concept it leads to", required=True),
        _column("target", _TEXT, "local name of the concept it leads to", required=True),
        _column("sort_order", _TEXT, "the arc's order, exact", required=True),
        _column("weight", _TEXT, "weight of a calculation, exact"),
        _column("preferred_label", _TEXT, "role of the label to show"),
        _column("context_element", _TEXT, "segment or scenario, of a hypercube"),
        _column("is_closed", pa.bool_(), "a closed hypercube", required=True),
        _column("is_usable", pa.bool_(), "a usable domain member", required=True),
        _column("target_role", _TEXT, "role in which a dimensional network goes on"),
        *_WHERE,
    ]
)

HYPERCUBE = pa.schema(
    [
        *_KEY,
        *_CONCEPT,
        _column("role", _TEXT, "the extended link's role", required=True),
        _column("hypercube", _TEXT, "a hypercube it has, {namespace}name", required=True),
        _column("is_all", pa.bool_(), "facts must be in it; otherwise must not", required=True),
        _column("is_closed", pa.bool_(), "takes no other dimensions", required=True),
        _column("context_element", _TEXT, "segment or scenario"),
        _column(
            "declared_by", _TEXT, "concept it is inherited from, {namespace}name", required=True
        ),
        _column("dimension", _TEXT, "one of its dimensions, {namespace}name; null: it has none"),
        _column("domain_role", _TEXT, "role in which the dimension's members are sought"),
    ]
)

DIMENSION = pa.schema(
    [
        *_KEY,
        _column("dimension", _TEXT, "a dimension, {namespace}name", required=True),
        _column("role", _TEXT, "role in which its members are sought", required=True),
        _column("member", _TEXT, "a member, {namespace}name; null: the dimension is typed"),
        _column("is_usable", pa.bool_(), "a fact may have it", required=True),
        _column("is_default", pa.bool_(), "in force where a fact has none", required=True),
    ]
)

ROLE = pa.schema(
    [
        *_KEY,
        _column("uri", pa.string(), "the role or arcrole", required=True),
        _column("number", pa.int32(), "which of its declarations", required=True),
        _column("element", _TEXT, "role or arcrole", required=True),
        _column("kind", _TEXT, "the declaration's kind", required=True),
        _column("id", pa.string(), "the declaration's id"),
        _column("definition", pa.string(), "what it says it means"),
        _column("used_on", pa.list_(pa.string()), "elements it may be used on", required=True),
        _column("cycles", _TEXT, "cycles an arcrole allows"),
        *_WHERE,
    ]
)

_LIMITS = pa.map_(pa.string(), pa.string())

TYPE = pa.schema(
    [
        *_KEY,
        _column("namespace", _TEXT, "namespace of the simple type", required=True),
        _column("type", pa.string(), "local name of the simple type", required=True),
        _column("base", _TEXT, "the type it restricts, {namespace}name"),
        _column("enumeration", pa.list_(pa.string()), "the values allowed", required=True),
        _column("patterns", pa.list_(pa.string()), "patterns, of which one matches", required=True),
        _column("limits", _LIMITS, "the other facets", required=True),
        _column("members", pa.list_(pa.string()), "member types of a union", required=True),
        _column("item", _TEXT, "item type of a list"),
        _column("is_complex", pa.bool_(), "has content of its own elements", required=True),
        _column("has_attributes", pa.bool_(), "has attributes of its own", required=True),
    ]
)

PREFIX = pa.schema(
    [
        *_KEY,
        _column("namespace", pa.string(), "a namespace", required=True),
        _column("prefix", pa.string(), "the prefix the taxonomy uses for it", required=True),
    ]
)

PROBLEM = pa.schema(
    [
        *_KEY,
        _column("code", _TEXT, "the specification's or our code", required=True),
        _column("severity", _TEXT, "error, warning or note", required=True),
        _column("message", pa.string(), "what was expected and found", required=True),
        _column("file", _TEXT, "address of the document", required=True),
        _column("line", pa.int32(), "source line"),
        _column("element_id", pa.string(), "id of the element"),
        _column("remedy", pa.string(), "what to do next", required=True),
    ]
)

TABLES = {
    "taxonomy_package": PACKAGE,
    "taxonomy_entry_point": ENTRY_POINT,
    "taxonomy_document": DOCUMENT,
    "taxonomy_concept": CONCEPT,
    "taxonomy_label": LABEL,
    "taxonomy_reference": REFERENCE_PART,
    "taxonomy_relationship": RELATIONSHIP,
    "taxonomy_hypercube": HYPERCUBE,
    "taxonomy_dimension": DIMENSION,
    "taxonomy_role": ROLE,
    "taxonomy_type": TYPE,
    "taxonomy_prefix": PREFIX,
    "taxonomy_problem": PROBLEM,
}
