-- What an amount asks for: where a fact of `when` is above `more_than` (or below minus that,
-- `either_way`), or `at_least` so large, the same context holds a filled-in fact of `needs`, above
-- zero when `needs_positive`. `periods`: only in the two contexts that end last, of those without dimensions
-- or for the group. `unit`: only amounts in that unit.
WITH told AS (
  SELECT n, rule, s.place, bool_or(s.part = 'needs' AND NOT s.is_nil
      AND (a.params['needs_positive'] IS NULL OR s.amount > 0)) AS is_answered,
    list({i: s.i, concept: s.concept, value: s.value,
        period: period_text(s.period_type, s.first_day, s.last_day)} ORDER BY s.i) FILTER (
      s.part = 'when'
      AND CASE WHEN a.params['either_way'] = 'true' THEN abs(s.amount) ELSE s.amount END
        > coalesce(CAST(a.params['more_than'] AS DECIMAL(18, 2)),
          CAST(a.params['at_least'] AS DECIMAL(18, 2)) - 1e-10)
      AND (a.params['unit'] IS NULL OR s.unit = a.params['unit'])
      AND (a.params['periods'] IS NULL OR list_contains(k.latest, s.place))) AS large,
    any_value(a.message) AS message
  FROM stated AS s
  JOIN asked AS a USING (n, rule)
  JOIN report_kind AS k USING (n)
  WHERE s.kind = 'companion'
  GROUP BY n, rule, s.place
)
SELECT n, rule,
  replace(replace(replace(message,
    '{concept}', large[1].concept),
    '{amount}', large[1].value),
    '{period}', large[1].period) AS message,
  list_transform(large, lambda fact: fact.i) AS facts, NULL AS file, NULL AS line
FROM told
WHERE NOT coalesce(is_answered, false) AND large IS NOT NULL
