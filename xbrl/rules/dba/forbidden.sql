-- What must not be stated: a fact of `list`; only below zero, `negative`; only where its value holds one
-- of `texts` (| between); only where a fact of `when` is stated.
WITH suspect AS (
  SELECT n, rule, r.params, concept, value, i, amount,
    list_filter(string_split(params['texts'], '|'), lambda t: contains(value, t))[1] AS text
  FROM stated AS s
  JOIN rule AS r USING (rule)
  WHERE s.kind = 'forbidden' AND part = 'list'
)
SELECT a.n, a.rule,
  replace(replace(replace(a.message,
    '{concept}', s.concept),
    '{value}', shown(s.value)),
    '{text}', coalesce(s.text, '')) AS message,
  [s.i] AS facts, NULL AS file, NULL AS line
FROM asked AS a
JOIN suspect AS s USING (n, rule)
WHERE (s.params['negative'] IS NULL OR s.amount < 0)
  AND (s.params['texts'] IS NULL OR s.text IS NOT NULL)
  AND (s.params['when'] IS NULL
    OR (a.n, a.rule) IN (SELECT (n, rule) FROM stated WHERE kind = 'forbidden' AND part = 'when'))
