-- Who reports, for which period: contexts beside the CVR number, the LEI and the stated period.
-- Of several facts the first one counts; that
-- there are several is another rule's business.
WITH named AS (
  SELECT n, concept, i, {i: i, text: text, day: day, scheme: entity_scheme, identifier: entity_identifier,
    entity_period: entity_period, first_day: first_day, last_day: last_day,
    period: period_text(period_type, first_day, last_day)} AS fact
  FROM item
  WHERE concept IN ('gsd:IdentificationNumberCvrOfReportingEntity',
      'gsd:LegalEntityIdentifierOfReportingEntity')
    OR (concept IN ('gsd:ReportingPeriodStartDate', 'gsd:ReportingPeriodEndDate') AND dims = 0)
), header AS (
  SELECT n,
    arg_min(fact, i) FILTER (concept = 'gsd:IdentificationNumberCvrOfReportingEntity') AS cvr,
    arg_min(fact, i) FILTER (concept = 'gsd:LegalEntityIdentifierOfReportingEntity') AS lei,
    arg_min(fact, i) FILTER (concept = 'gsd:ReportingPeriodStartDate') AS first,
    arg_min(fact, i) FILTER (concept = 'gsd:ReportingPeriodEndDate') AS last
  FROM named
  GROUP BY n
), compared AS (
  SELECT n, unnest([
    {rule: 'TR02', is_broken: cvr IS NOT NULL AND cvr.scheme IS DISTINCT FROM 'http://www.dcca.dk/cvr',
      value: NULL, found: cvr.scheme, expected: 'http://www.dcca.dk/cvr', facts: [cvr.i]},
    {rule: 'TR03', is_broken: cvr.text IS NOT NULL AND cvr.text IS DISTINCT FROM cvr.identifier,
      value: cvr.text, found: cvr.identifier, expected: NULL, facts: [cvr.i]},
    {rule: 'TR05', is_broken: first.day <> cvr.first_day,
      value: CAST(first.day AS VARCHAR), found: CAST(cvr.first_day AS VARCHAR), expected: NULL,
      facts: [first.i, cvr.i]},
    {rule: 'TR06', is_broken: cvr IS NOT NULL AND last.day IS NOT NULL
        AND last.day IS DISTINCT FROM cvr.last_day,
      value: CAST(last.day AS VARCHAR), found: coalesce(CAST(cvr.last_day AS VARCHAR), 'no day'),
      expected: NULL, facts: [last.i, cvr.i]},
    {rule: 'TR15', is_broken: lei.scheme = 'http://standards.iso.org/iso/17442'
        AND lei.text <> lei.identifier,
      value: lei.text, found: lei.identifier, expected: NULL, facts: [lei.i]}], recursive := true)
  FROM header
), strange AS (
  SELECT f.n, string_agg(DISTINCT f.concept, ', ' ORDER BY f.concept) AS concept,
    any_value(f.entity_identifier) AS entity,
    any_value(period_text(f.period_type, f.first_day, f.last_day)) AS period,
    any_value(h.cvr.identifier) AS cvr_entity, any_value(h.cvr.period) AS cvr_period,
    list(f.i ORDER BY f.i) AS facts
  FROM item AS f
  JOIN header AS h ON h.n = f.n AND f.entity_period <> h.cvr.entity_period
  WHERE starts_with(f.concept, 'gsd:') AND NOT f.is_nil
  GROUP BY f.n, f.place
), entity AS (
  SELECT n, list_sort(list_distinct(list(entity_identifier || ' (' || entity_scheme || ')'))) AS entities,
    list(first_fact ORDER BY first_fact) AS facts
  FROM context
  WHERE entity_identifier IS NOT NULL
  GROUP BY n
), broken AS (
  SELECT n, 'TR01' AS rule, concept, entity AS value, period AS found, cvr_entity AS expected,
    cvr_period AS context, facts
  FROM strange
  UNION ALL
  SELECT n, rule, NULL, value, found, expected, NULL, facts
  FROM compared
  WHERE is_broken
  UNION ALL
  SELECT e.n, 'TR09', NULL, NULL, array_to_string(e.entities, ', '), NULL, NULL, e.facts[:10]
  FROM entity AS e
  JOIN judged AS j USING (n)
  WHERE len(e.entities) > 1 OR j.entity_identifier IS NULL
  UNION ALL
  SELECT n, 'TH05', NULL, NULL, NULL, NULL, context_id,
    CASE WHEN first_fact IS NULL THEN [] ELSE [first_fact] END
  FROM context
  WHERE has_segment
  UNION ALL
  SELECT n, 'TH06', NULL, NULL, NULL, NULL, context_id, [i]
  FROM item
  WHERE concept = 'gsd:IdentificationNumberCvrOfReportingEntity' AND period_type = 'forever'
)
SELECT a.n, a.rule,
  replace(replace(replace(replace(replace(replace(replace(replace(replace(a.message,
    '{concept}', coalesce(b.concept, '')),
    '{value}', coalesce(b.value, '')),
    '{found}', coalesce(b.found, '')),
    '{expected}', coalesce(b.expected, '')),
    '{context}', coalesce(b.context, '')),
    '{entity}', coalesce(b.value, '')),
    '{period}', coalesce(b.found, '')),
    '{cvr_entity}', coalesce(b.expected, '')),
    '{cvr_period}', coalesce(b.context, '')) AS message,
  b.facts, NULL AS file, NULL AS line
FROM asked AS a
JOIN broken AS b USING (n, rule)
