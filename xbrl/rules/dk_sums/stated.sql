-- Totals and, in each form, the nearest of their parts that are reported beside them.
WITH plain AS (
  SELECT * FROM amount WHERE component IS NULL
), held AS (
  SELECT n, place, unit, list(concept) AS concepts
  FROM plain
  GROUP BY n, place, unit
), asked AS (
  SELECT rule, kind, params FROM rule WHERE kind = 'parts'
), total AS (
  SELECT t.*, a.rule, a.kind
  FROM plain AS t
  JOIN held AS h USING (n, place, unit)
  JOIN asked AS a ON
    CASE WHEN a.params['list'] IS NULL
      THEN t.concept NOT IN (SELECT concept FROM concept_list AS c WHERE c.list = a.params['except'])
      ELSE t.concept IN (SELECT concept FROM rule_list AS l WHERE l.rule = a.rule AND l.part = 'list')
        AND list_has_any(h.concepts,
          (SELECT list(concept) FROM rule_list AS l WHERE l.rule = a.rule AND l.part = 'needs'))
      END
), part AS (
  SELECT t.n, t.kind, t.rule, 'part' AS part, d.form, t.concept AS total, t.place, t.unit, p.i,
    p.concept, d.weight, d.flipped, p.amount, p.slack
  FROM total AS t
  JOIN held AS h USING (n, place, unit)
  JOIN descent AS d ON d.total = t.concept AND NOT list_has_any(d.via, h.concepts)
  JOIN plain AS p ON p.n = t.n AND p.place = t.place AND p.unit = t.unit AND p.concept = d.part
)
SELECT n, kind, rule, 'total', NULL, concept, place, unit, i, concept, 1, 1, amount, slack
FROM total
WHERE concept IN (SELECT total FROM descent)
UNION ALL
FROM part
