-- What an amount asks for: where a fact of `when` is above `more_than` (or below minus that,
-- `either_way`), or `at_least` so large, the same context holds a filled-in fact of `needs`, above
-- zero when `needs_positive`. `periods`: only in the two contexts that end last, of those without dimensions
-- or for the group. `unit`: only amounts in that unit.
WITH latest AS (
  SELECT n, place
  FROM context
  WHERE period_type = 'duration' AND first_fact IS NOT NULL
    AND (dims = 0 OR (dims = 1 AND consolidation = 'ConsolidatedMember'))
  QUALIFY row_number() OVER (PARTITION BY n ORDER BY end_at DESC, first_fact DESC) <= 2
), large AS (
  SELECT n, rule, params, place, i, concept, value, period_type, first_day, last_day
  FROM stated
  WHERE kind = 'companion' AND part = 'when'
    AND CASE WHEN params['either_way'] = 'true' THEN abs(amount) ELSE amount END
      > coalesce(CAST(params['more_than'] AS DECIMAL(18, 2)),
        CAST(params['at_least'] AS DECIMAL(18, 2)) - 1e-10)
    AND (params['unit'] IS NULL OR unit = params['unit'])
    AND (params['periods'] IS NULL OR (n, place) IN (SELECT (n, place) FROM latest))
), answered AS (
  SELECT n, rule, place
  FROM stated
  WHERE kind = 'companion' AND part = 'needs' AND NOT is_nil
    AND (params['needs_positive'] IS NULL OR amount > 0)
), broken AS (
  SELECT n, rule, place, arg_min(concept, i) AS concept, arg_min(value, i) AS value,
    any_value(period_text(period_type, first_day, last_day)) AS period, list(i ORDER BY i) AS facts
  FROM large
  ANTI JOIN answered USING (n, rule, place)
  GROUP BY n, rule, place
)
SELECT a.n, a.rule,
  replace(replace(replace(a.message,
    '{concept}', b.concept),
    '{amount}', b.value),
    '{period}', b.period) AS message,
  b.facts, NULL AS file, NULL AS line
FROM asked AS a
JOIN broken AS b USING (n, rule)
