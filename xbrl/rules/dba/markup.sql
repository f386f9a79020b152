-- What the page may hold. `markup`: the kinds of it (see `xbrl.model.Markup`) that are forbidden, but
-- for images in the page itself (`accepted` is base64) or without an address; or that every file
-- must have, `needed`. (The pattern stands here: one from a column is compiled for every row.)
WITH spoken AS (
  SELECT rule, params, unnest(string_split(params['markup'], ', ')) AS kind
  FROM rule
  WHERE kind = 'markup'
), seen AS (
  SELECT j.n, p.rule, p.params, m.kind, m.value, m.file, m.line
  FROM xbrl_markup AS m
  JOIN spoken AS p ON p.kind = m.kind
  JOIN judged AS j ON j.filing_id = m.filing_id
  WHERE j.kind = 'inline'
), broken AS (
  SELECT a.n, a.rule, a.message, s.kind AS what, s.value AS found, s.file, s.line
  FROM seen AS s
  JOIN asked AS a USING (n, rule)
  WHERE s.params['needed'] IS NULL
    AND NOT (coalesce(s.params['accepted'], '') = 'base64'
      AND regexp_matches(s.value, '(?i)^\s*(data:image/[^;,]+(;[^;,]*)*;\s*base64\s*,|$)'))
  UNION ALL
  SELECT a.n, a.rule, a.message, '', j.file, j.file, NULL
  FROM asked AS a
  JOIN judged AS j USING (n)
  WHERE a.kind = 'markup' AND a.params['needed'] = 'true' AND j.kind = 'inline'
    AND (a.n, a.rule) NOT IN (SELECT (s.n, s.rule) FROM seen AS s WHERE s.value <> '')
)
SELECT n, rule,
  replace(replace(message, '{what}', what), '{found}', shown(found)) AS message,
  []::INTEGER[] AS facts, file, line
FROM broken
