-- Equity in total and its components at one day: the nearest of them that are reported.
WITH equity AS (
  SELECT * FROM amount WHERE concept = 'fsa:Equity'
), held AS (
  SELECT n, place, unit, list(component) AS components
  FROM equity
  WHERE component IS NOT NULL
  GROUP BY n, place, unit
), summed AS (
  SELECT t.n, t.i, t.amount, t.period_type, t.first_day, t.last_day, r.rule, r.message,
    sum(d.weight * p.amount) AS sum, t.slack + sum(p.slack) AS slack, list(p.i ORDER BY p.i) AS facts,
    string_agg(p.component || ' ' || plain(p.amount), ' + ' ORDER BY p.i) AS parts
  FROM equity AS t
  JOIN held AS h USING (n, place, unit)
  JOIN rule AS r ON r.kind = 'components' AND list_has_any(h.components,
    (SELECT list(concept) FROM rule_list AS l WHERE l.rule = r.rule AND l.part = 'needs'))
  JOIN descent AS d ON d.form = 'equity_component' AND d.total = 'fsa:AllClassesOfEquityMember'
    AND NOT list_has_any(d.via, h.components)
  JOIN equity AS p ON p.n = t.n AND p.place = t.place AND p.unit = t.unit AND p.component = d.part
  WHERE t.component IS NULL
  GROUP BY t.n, t.i, t.amount, t.slack, t.period_type, t.first_day, t.last_day, r.rule, r.message
)
SELECT n, rule,
  replace(replace(replace(replace(replace(message,
    '{value}', plain(amount)),
    '{period}', period_text(period_type, first_day, last_day)),
    '{sum}', plain(sum)),
    '{parts}', parts),
    '{difference}', plain(amount - sum)) AS message,
  list_prepend(i, facts) AS facts, NULL AS file, NULL AS line
FROM summed
WHERE abs(amount - sum) > slack
