-- A total differs from the sum of its parts, in every form of statement of which any part is reported,
-- by more than their rounding. The form that comes nearest is shown.
WITH summed AS (
  SELECT n, rule, total, place, unit, form, sum(weight * amount) AS straight,
    sum(flipped * amount) AS flipped, sum(slack) AS slack,
    list(i ORDER BY i) AS facts,
    string_agg(CASE WHEN weight < 0 THEN '- ' ELSE '+ ' END || concept || ' ' || plain(amount), ' '
      ORDER BY i) AS parts
  FROM stated
  WHERE part = 'part'
  GROUP BY n, rule, total, place, unit, form
), compared AS (
  SELECT s.n, s.rule, s.total, s.place, s.unit, s.form, t.i, t.amount, s.facts, s.parts,
    CASE WHEN abs(t.amount - s.flipped) < abs(t.amount - s.straight) THEN s.flipped
      ELSE s.straight END AS sum,
    s.slack + t.slack AS slack
  FROM summed AS s
  JOIN stated AS t ON t.part = 'total' AND t.n = s.n AND t.rule = s.rule AND t.total = s.total
    AND t.place = s.place AND t.unit = s.unit
), nearest AS (
  SELECT n, rule, total, place, unit, arg_min(
    {i: i, amount: amount, sum: sum, facts: facts, parts: parts, excess: abs(amount - sum) - slack},
    {excess: abs(amount - sum) - slack, form: form}) AS best
  FROM compared
  GROUP BY n, rule, total, place, unit
)
SELECT s.n, s.rule,
  replace(replace(replace(replace(replace(replace(r.message,
    '{total}', s.total),
    '{value}', plain(best.amount)),
    '{period}', period_text(a.period_type, a.first_day, a.last_day)),
    '{sum}', plain(best.sum)),
    '{parts}', ltrim(best.parts, '+ ')),
    '{difference}', plain(best.amount - best.sum)) AS message,
  list_prepend(best.i, best.facts) AS facts, NULL AS file, NULL AS line
FROM nearest AS s
JOIN rule AS r USING (rule)
JOIN amount AS a ON a.n = s.n AND a.i = best.i
WHERE best.excess > 0
