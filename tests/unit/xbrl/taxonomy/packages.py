"""A small taxonomy package, as members of an archive."""

from xbrl.archive import pack

BASE = "http://example.com/tax/2024/"
CATALOG = f"""<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
  <rewriteURI uriStartString="{BASE}" rewritePrefix="../2024/"/>
</catalog>"""
PACKAGE = f"""<tp:taxonomyPackage xmlns:tp="http://xbrl.org/2016/taxonomy-package" xml:lang="en">
  <tp:identifier>http://example.com/tax</tp:identifier>
  <tp:name>Small</tp:name><tp:version>1</tp:version>
  <tp:entryPoints><tp:entryPoint><tp:name xml:lang="da">Lille</tp:name><tp:name>Little</tp:name>
    <tp:entryPointDocument href="{BASE}entry.xsd"/></tp:entryPoint></tp:entryPoints>
</tp:taxonomyPackage>"""
ENTRY = """<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:link="http://www.xbrl.org/2003/linkbase"
  xmlns:xlink="http://www.w3.org/1999/xlink" targetNamespace="http://example.com/entry">
  <annotation><appinfo><link:linkbaseRef xlink:type="simple" xlink:href="label.xml"
    xlink:arcrole="http://www.w3.org/1999/xlink/properties/linkbase"/></appinfo></annotation>
  <import namespace="http://example.com/core" schemaLocation="../core.xsd"/>
</schema>"""
CORE = """<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:xbrli="http://www.xbrl.org/2003/instance"
  xmlns:c="http://example.com/core" targetNamespace="http://example.com/core">
  <import namespace="http://www.xbrl.org/2003/instance"
    schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>
  <element name="Assets" id="c_Assets" type="xbrli:monetaryItemType" substitutionGroup="xbrli:item"
    xbrli:periodType="instant" xbrli:balance="debit" nillable="true"/>
  <element name="Signed" id="c_Signed" type="xbrli:dateItemType" substitutionGroup="xbrli:item"
    xbrli:periodType="duration"/>
</schema>"""
LABEL = """<link:linkbase xmlns:link="http://www.xbrl.org/2003/linkbase"
  xmlns:xlink="http://www.w3.org/1999/xlink">
  <link:labelLink xlink:type="extended" xlink:role="http://www.xbrl.org/2003/role/link">
    <link:loc xlink:type="locator" xlink:href="../core.xsd#c_Assets" xlink:label="a"/>
    <link:label xlink:type="resource" xlink:label="t" xml:lang="en"
      xlink:role="http://www.xbrl.org/2003/role/label">Assets</link:label>
    <link:label xlink:type="resource" xlink:label="t" xml:lang="da"
      xlink:role="http://www.xbrl.org/2003/role/label">Aktiver</link:label>
    <link:labelArc xlink:type="arc" xlink:from="a" xlink:to="t"
      xlink:arcrole="http://www.xbrl.org/2003/arcrole/concept-label"/>
  </link:labelLink>
</link:linkbase>"""


def members(**changes: str | None) -> dict[str, bytes]:
    """The package's members; a change by its last part (`catalog`, `core`, …); None removes it."""
    texts: dict[str, tuple[str, str | None]] = {
        "catalog": ("small/META-INF/catalog.xml", CATALOG),
        "package": ("small/META-INF/taxonomyPackage.xml", PACKAGE),
        "entry": ("small/2024/entry.xsd", ENTRY),
        "label": ("small/2024/label.xml", LABEL),
        "core": ("small/core.xsd", CORE),
    }
    texts |= {name: (texts[name][0], text) for name, text in changes.items()}
    return {path: text.encode() for path, text in texts.values() if text is not None}


def package(**changes: str | None) -> bytes:
    """The package as a zip."""
    return pack(members(**changes))
