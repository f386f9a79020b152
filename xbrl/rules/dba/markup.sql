-- What the page may hold. `markup`: the kinds of it (see `xbrl.model.Markup`) that are forbidden, but for
-- values that match `accepted`; or that every file must have, `needed`.
WITH seen AS (
  SELECT j.n, m.kind, m.value, m.file, m.line
  FROM xbrl_markup AS m
  JOIN judged AS j ON j.filing_id = m.filing_id
), asked_page AS (
  SELECT a.*, string_split(a.params['markup'], ', ') AS kinds, j.file AS page
  FROM asked AS a
  JOIN judged AS j USING (n)
  WHERE a.kind = 'markup' AND j.kind = 'inline'
), broken AS (
  SELECT a.n, a.rule, a.message, s.kind AS what, s.value AS found, s.file, s.line
  FROM asked_page AS a
  JOIN seen AS s ON s.n = a.n AND list_contains(a.kinds, s.kind)
  WHERE a.params['needed'] IS NULL
    AND (a.params['accepted'] IS NULL OR NOT regexp_matches(s.value, a.params['accepted']))
  UNION ALL
  SELECT a.n, a.rule, a.message, '', a.page, a.page, NULL
  FROM asked_page AS a
  WHERE a.params['needed'] = 'true'
    AND a.n NOT IN (SELECT s.n FROM seen AS s WHERE list_contains(a.kinds, s.kind) AND s.value <> '')
)
SELECT n, rule,
  replace(replace(message, '{what}', what), '{found}', shown(found)) AS message,
  []::INTEGER[] AS facts, file, line
FROM broken
