-- What the page may hold. `markup`: the kinds of it (see `xbrl.model.Markup`) that are forbidden, but
-- for images in the page itself (`accepted` is base64) or without an address; or that every file
-- must have, `needed`. (The pattern stands here: one from a column is compiled for every row.)
WITH spoken AS (
  SELECT a.n, a.rule, a.message, a.params, j.filing_id, j.file,
    string_split(a.params['markup'], ', ') AS kinds
  FROM asked AS a
  JOIN judged AS j USING (n)
  WHERE a.kind = 'markup' AND j.kind = 'inline'
), seen AS (
  SELECT s.n, s.rule, s.message, s.params, s.file AS report, m.kind, m.value, m.file, m.line
  FROM spoken AS s
  LEFT JOIN xbrl_markup AS m ON m.filing_id = s.filing_id AND list_contains(s.kinds, m.kind)
), broken AS (
  SELECT n, rule, message, kind AS what, value AS found, file, line
  FROM seen
  WHERE params['needed'] IS NULL AND kind IS NOT NULL
    AND NOT (coalesce(params['accepted'], '') = 'base64'
      AND regexp_matches(value, '(?i)^\s*(data:image/[^;,]+(;[^;,]*)*;\s*base64\s*,|$)'))
  UNION ALL
  SELECT n, rule, any_value(message), '', any_value(report), any_value(report), NULL
  FROM seen
  WHERE params['needed'] = 'true'
  GROUP BY n, rule
  HAVING NOT bool_or(coalesce(value, '') <> '')
)
SELECT n, rule,
  replace(replace(message, '{what}', what), '{found}', shown(found)) AS message,
  []::INTEGER[] AS facts, file, line
FROM broken
