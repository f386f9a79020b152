-- What is said more than once counts once: the most exact.
WITH exact AS (
  SELECT *, min(half) OVER (PARTITION BY n, place, component, unit, concept) AS least
  FROM item
)
SELECT n, min(i), concept, place, any_value(entity), component, any_value(period_type),
  any_value(first_day), any_value(last_day), unit, arg_min(amount, i),
  least + max(amount) - min(amount)
FROM exact
WHERE half = least
GROUP BY n, place, component, unit, concept, least
