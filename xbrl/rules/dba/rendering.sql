-- FR117, FR118: facts with cmn:OtherRenderingOfReportedValueMember are numbers, each reported also
-- without that member, for the same entity, period, other dimensions and unit, in another scale.
WITH chosen AS (
  SELECT DISTINCT n FROM context WHERE rendering = 'OtherRenderingOfReportedValueMember'
), rendered AS (
  SELECT j.n, f.fact_index AS i, f.namespace, f.concept AS name,
    coalesce(s.prefix || ':' || f.concept, f.concept) AS concept, f.unit, f.unit_id IS NOT NULL AS is_number,
    f.value, TRY_CAST(f.scale AS INTEGER) AS scale, c.*
  FROM xbrl_fact AS f
  JOIN judged AS j ON j.filing_id = f.filing_id AND j.target = f.target
  JOIN context AS c ON c.n = j.n AND c.context_id = f.context_id
  LEFT JOIN namespace AS s ON s.uri = f.namespace
  WHERE c.n IN (FROM chosen)
), other AS (
  FROM rendered WHERE rendering = 'OtherRenderingOfReportedValueMember'
), broken AS (
  SELECT 'FR117' AS rule, * FROM other WHERE NOT is_number
  UNION ALL
  SELECT 'FR118' AS rule, o.*
  FROM other AS o
  ANTI JOIN rendered AS r ON r.n = o.n AND r.namespace = o.namespace AND r.name = o.name
    AND r.unit = o.unit AND r.entity_scheme = o.entity_scheme
    AND r.entity_identifier = o.entity_identifier AND r.period_type = o.period_type
    AND r.start_at IS NOT DISTINCT FROM o.start_at AND r.end_at IS NOT DISTINCT FROM o.end_at
    AND r.other_dims = o.other_dims
    AND r.rendering IS DISTINCT FROM 'OtherRenderingOfReportedValueMember'
    AND r.scale IS DISTINCT FROM o.scale
  WHERE o.is_number
)
SELECT a.n, a.rule,
  replace(replace(replace(a.message,
    '{concept}', b.concept),
    '{value}', shown(b.value)),
    '{period}', period_text(b.period_type, b.first_day, b.last_day)) AS message,
  [b.i] AS facts, NULL AS file, NULL AS line
FROM asked AS a
JOIN broken AS b USING (n, rule)
