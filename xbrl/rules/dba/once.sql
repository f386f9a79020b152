-- What must be stated once: a fact of `list`, in `scope`; `annual_report`: in annual reports.
WITH counted AS (
  SELECT n, rule, any_value(concept) AS concept, count(*) AS count,
    string_agg(shown(text), ', ' ORDER BY i) AS values,
    list(i ORDER BY i) AS facts
  FROM stated
  WHERE kind = 'once' AND in_scope(params['scope'], dims, consolidation, period_kind)
  GROUP BY n, rule
  HAVING count(*) > 1
)
SELECT a.n, a.rule,
  replace(replace(replace(a.message,
    '{concept}', c.concept),
    '{count}', CAST(c.count AS VARCHAR)),
    '{values}', c.values) AS message,
  c.facts, NULL AS file, NULL AS line
FROM asked AS a
JOIN counted AS c USING (n, rule)
WHERE a.params['annual_report'] IS NULL OR a.n IN (SELECT n FROM annual)
