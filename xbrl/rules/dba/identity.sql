-- Who reports, for which period: contexts beside the CVR number, the LEI and the stated period.
-- `scheme`: the identifier scheme the rule speaks of. Of several facts the first one counts; that
-- there are several is another rule's business.
WITH header AS (
  SELECT f.n, f.concept, f.i, f.text, f.day, c.context_id, c.period_type, c.first_day, c.last_day,
    c.start_at, c.end_at, c.entity_scheme, c.entity_identifier
  FROM item AS f
  JOIN context AS c ON c.n = f.n AND c.context_id = f.context_id
  WHERE f.concept IN ('gsd:IdentificationNumberCvrOfReportingEntity',
      'gsd:LegalEntityIdentifierOfReportingEntity')
    OR (f.concept IN ('gsd:ReportingPeriodStartDate', 'gsd:ReportingPeriodEndDate') AND f.dims = 0)
  QUALIFY row_number() OVER (PARTITION BY f.n, f.concept ORDER BY f.i) = 1
), cvr AS (
  FROM header WHERE concept = 'gsd:IdentificationNumberCvrOfReportingEntity'
), strange AS (
  SELECT f.n, string_agg(DISTINCT f.concept, ', ' ORDER BY f.concept) AS concept, any_value(c.entity_identifier) AS entity,
    any_value(period_text(c.period_type, c.first_day, c.last_day)) AS period,
    any_value(v.entity_identifier) AS cvr_entity,
    any_value(period_text(v.period_type, v.first_day, v.last_day)) AS cvr_period,
    list(f.i ORDER BY f.i) AS facts
  FROM item AS f
  JOIN context AS c ON c.n = f.n AND c.context_id = f.context_id
  JOIN cvr AS v ON v.n = f.n
  WHERE starts_with(f.concept, 'gsd:') AND NOT f.is_nil
    AND (c.entity_scheme, c.entity_identifier, c.period_type, c.start_at, c.end_at)
      IS DISTINCT FROM (v.entity_scheme, v.entity_identifier, v.period_type, v.start_at, v.end_at)
  GROUP BY f.n, f.place
), entity AS (
  SELECT n, string_agg(DISTINCT entity_identifier || ' (' || entity_scheme || ')', ', '
      ORDER BY entity_identifier || ' (' || entity_scheme || ')') AS entities,
    count(DISTINCT (entity_scheme, entity_identifier)) AS count, list(first_fact ORDER BY first_fact)
      AS facts
  FROM context
  WHERE entity_identifier IS NOT NULL
  GROUP BY n
), broken AS (
  SELECT n, 'TR01' AS rule, concept, entity AS value, period AS found, cvr_entity AS expected,
    cvr_period AS context, facts
  FROM strange
  UNION ALL
  SELECT v.n, r.rule, NULL, NULL, v.entity_scheme, r.params['scheme'], NULL, [v.i]
  FROM cvr AS v JOIN rule AS r ON r.rule = 'TR02'
  WHERE v.entity_scheme IS DISTINCT FROM r.params['scheme']
  UNION ALL
  SELECT n, 'TR03', NULL, text, coalesce(entity_identifier, ''), NULL, NULL, [i]
  FROM cvr
  WHERE text IS NOT NULL AND text IS DISTINCT FROM entity_identifier
  UNION ALL
  SELECT n, 'TR05', NULL, CAST(h.day AS VARCHAR), CAST(v.first_day AS VARCHAR), NULL, NULL, [h.i, v.i]
  FROM header AS h JOIN cvr AS v USING (n)
  WHERE h.concept = 'gsd:ReportingPeriodStartDate' AND h.day <> v.first_day
  UNION ALL
  SELECT n, 'TR06', NULL, CAST(h.day AS VARCHAR), coalesce(CAST(v.last_day AS VARCHAR), 'no day'),
    NULL, NULL, [h.i, v.i]
  FROM header AS h JOIN cvr AS v USING (n)
  WHERE h.concept = 'gsd:ReportingPeriodEndDate' AND h.day IS NOT NULL
    AND h.day IS DISTINCT FROM v.last_day
  UNION ALL
  SELECT e.n, 'TR09', NULL, NULL, e.entities, NULL, NULL, e.facts[:10]
  FROM entity AS e
  JOIN judged AS j USING (n)
  JOIN xbrl_filing AS f ON f.filing_id = j.filing_id AND f.target = j.target
  WHERE e.count > 1 OR f.entity_identifier IS NULL
  UNION ALL
  SELECT h.n, r.rule, NULL, h.text, h.entity_identifier, NULL, NULL, [h.i]
  FROM header AS h JOIN rule AS r ON r.rule = 'TR15'
  WHERE h.concept = 'gsd:LegalEntityIdentifierOfReportingEntity'
    AND h.entity_scheme = r.params['scheme'] AND h.text <> h.entity_identifier
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
