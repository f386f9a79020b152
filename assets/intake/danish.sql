-- The filings of a batch that the Danish Business Authority's rules speak of: those of its
-- taxonomies, by entry point or by a concept, or of an entity named by its CVR number.
SELECT filing_id FROM new_xbrl_reference
WHERE kind = 'schemaRef' AND contains(href, 'eogs.dk/taxonomy/')
UNION
SELECT filing_id FROM new_xbrl_filing WHERE entity_scheme = 'http://www.dcca.dk/cvr'
UNION
SELECT DISTINCT filing_id FROM new_xbrl_fact
WHERE starts_with(namespace, 'http://xbrl.dcca.dk/')
