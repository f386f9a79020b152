-- Parts and wholes: in one context and unit no fact of `items` exceeds the fact of `total` less that of
-- `minus` by more than `margin`. `unit`: only amounts in that unit. What is said twice counts once.
WITH amounts AS (
  SELECT n, rule, part, concept, place, unit, amount, min(i) AS i, arg_min(value, i) AS value,
    any_value(last_day) AS last_day
  FROM stated
  WHERE kind = 'at_most' AND amount IS NOT NULL
  GROUP BY n, rule, part, concept, place, unit, amount
), compared AS (
  SELECT t.n, t.rule, t.i AS total, t.value AS total_value, m.i AS minus, m.value AS minus_value,
    t.last_day, f.i, f.concept || ' ' || f.value AS item
  FROM amounts AS t
  JOIN rule AS r ON r.rule = t.rule
  JOIN amounts AS f ON f.part = 'items' AND f.n = t.n AND f.rule = t.rule AND f.place = t.place
    AND f.unit = t.unit
  LEFT JOIN amounts AS m ON m.part = 'minus' AND m.n = t.n AND m.rule = t.rule
    AND m.place = t.place AND m.unit = t.unit
  WHERE t.part = 'total' AND (r.params['unit'] IS NULL OR t.unit = r.params['unit'])
    AND (r.params['minus'] IS NULL OR m.i IS NOT NULL)
    AND f.amount > t.amount - coalesce(m.amount, 0)
      + CAST(coalesce(r.params['margin'], '0') AS DECIMAL(18, 2))
), broken AS (
  SELECT n, rule, total, minus, any_value(total_value) AS total_value,
    any_value(minus_value) AS minus_value, any_value(last_day) AS last_day,
    string_agg(item, ', ' ORDER BY i) AS items, list(i ORDER BY i) AS item_facts
  FROM compared
  GROUP BY n, rule, total, minus
)
SELECT a.n, a.rule,
  replace(replace(replace(replace(a.message,
    '{items}', b.items),
    '{total}', b.total_value),
    '{minus}', coalesce(b.minus_value, '')),
    '{end}', coalesce(CAST(b.last_day AS VARCHAR), '')) AS message,
  list_concat(b.item_facts, [b.total], CASE WHEN b.minus IS NULL THEN [] ELSE [b.minus] END) AS facts,
  NULL AS file, NULL AS line
FROM asked AS a
JOIN broken AS b USING (n, rule)
