-- TR19: facts of one concept, context, unit and language have one value. FR116: numbers of one concept,
-- context and unit have one value and one precision, the other rendering apart. The reader has already
-- found which facts have duplicates.
WITH doubled AS (
  SELECT j.n, f.fact_index AS i, coalesce(s.prefix || ':' || f.concept, f.concept) AS concept,
    f.namespace, c.place, f.unit, f.language, f.unit_id IS NOT NULL AS is_number,
    coalesce(CAST(f.numeric_value AS VARCHAR), f.value, 'nil') AS same_value,
    coalesce(f.decimals, f.precision, '') AS exactness,
    f.value, c.rendering, period_text(c.period_type, c.first_day, c.last_day) AS period
  FROM xbrl_fact AS f
  JOIN judged AS j ON j.filing_id = f.filing_id AND j.target = f.target
  JOIN context AS c ON c.n = j.n AND c.context_id = f.context_id
  LEFT JOIN namespace AS s ON s.uri = f.namespace
  WHERE f.duplicate IS NOT NULL
), broken AS (
  SELECT n, 'TR19' AS rule, concept, any_value(period) AS period, list(i ORDER BY i) AS facts,
    array_to_string(list_sort(list_distinct(list(shown(value)))), ', ') AS values
  FROM doubled
  GROUP BY n, namespace, concept, place, unit, language
  HAVING len(list_distinct(list(same_value))) > 1
  UNION ALL
  SELECT n, 'FR116', concept, any_value(period), list(i ORDER BY i),
    string_agg(shown(value) || ' (decimals ' || exactness || ')', ', ' ORDER BY i)
  FROM doubled
  WHERE is_number AND rendering IS DISTINCT FROM 'OtherRenderingOfReportedValueMember'
  GROUP BY n, namespace, concept, place, unit
  HAVING len(list_distinct(list((same_value, exactness)))) > 1
)
SELECT a.n, a.rule,
  replace(replace(replace(replace(a.message,
    '{concept}', b.concept),
    '{count}', CAST(len(b.facts) AS VARCHAR)),
    '{period}', b.period),
    '{values}', b.values) AS message,
  b.facts, NULL AS file, NULL AS line
FROM asked AS a
JOIN broken AS b USING (n, rule)
