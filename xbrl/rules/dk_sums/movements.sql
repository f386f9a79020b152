-- A component of equity from the day before a year to its last day: what it was, and what is reported of
-- it in between. Only components with both ends and a movement.
WITH movement AS (
  SELECT a.*, CAST(t.weight AS INTEGER) AS weight
  FROM amount AS a
  JOIN totals AS t ON t.form = 'equity_statement' AND t.part = a.concept
  WHERE a.component IS NOT NULL AND a.period_type = 'duration'
), summed AS (
  SELECT c.n, c.component, c.i, c.amount, c.slack + o.slack + sum(m.slack) AS slack, m.first_day,
    m.last_day, o.amount + sum(m.weight * m.amount) AS sum,
    list_prepend(o.i, list(m.i ORDER BY m.i)) AS facts,
    plain(o.amount) || ' ' || string_agg(
      CASE WHEN m.weight < 0 THEN '- ' ELSE '+ ' END || m.concept || ' ' || plain(m.amount), ' '
      ORDER BY m.i) AS parts
  FROM movement AS m
  JOIN amount AS c ON c.n = m.n AND c.concept = 'fsa:Equity' AND c.component = m.component
    AND c.entity = m.entity AND c.unit = m.unit AND c.last_day = m.last_day
  JOIN amount AS o ON o.n = m.n AND o.concept = 'fsa:Equity' AND o.component = m.component
    AND o.entity = m.entity AND o.unit = m.unit AND o.last_day = m.first_day - 1
  GROUP BY c.n, c.component, c.i, c.amount, c.slack, o.i, o.amount, o.slack, m.first_day, m.last_day
)
SELECT n, rule,
  replace(replace(replace(replace(replace(replace(r.message,
    '{component}', component),
    '{value}', plain(amount)),
    '{period}', period_text('duration', first_day, last_day)),
    '{sum}', plain(sum)),
    '{parts}', parts),
    '{difference}', plain(amount - sum)) AS message,
  list_prepend(i, facts) AS facts, NULL AS file, NULL AS line
FROM summed
JOIN rule AS r ON r.kind = 'movements'
WHERE abs(amount - sum) > slack
