-- What must be stated once: a fact of `list`, in `scope`; `annual_report`: in annual reports.
SELECT n, rule,
  replace(replace(replace(any_value(a.message),
    '{concept}', any_value(s.concept)),
    '{count}', CAST(count(*) AS VARCHAR)),
    '{values}', string_agg(shown(s.text), ', ' ORDER BY s.i)) AS message,
  list(s.i ORDER BY s.i) AS facts, NULL AS file, NULL AS line
FROM stated AS s
JOIN asked AS a USING (n, rule)
WHERE s.kind = 'once'
  AND in_scope(a.params['scope'], s.dims, s.consolidation, s.period_kind)
  AND (a.params['annual_report'] IS NULL OR a.is_annual)
GROUP BY n, rule
HAVING count(*) > 1
