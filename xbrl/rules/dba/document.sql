-- The document as a whole: its format, its references to taxonomies, its language, and privacy (what a
-- personal number looks like stands here: a pattern from a column is compiled for every row).
WITH reference AS (
  SELECT j.n, j.file, r.kind, r.href, r.line, starts_with(trim(r.href), (SELECT entry_points FROM asking)) AS is_own
  FROM xbrl_reference AS r
  JOIN judged AS j ON j.filing_id = r.filing_id AND j.target = r.target
), spoken AS (
  SELECT j.n, bool_or(f.language IN ('da', 'en')) AS is_known,
    array_to_string(list_sort(list_distinct(list(f.language))), ', ') AS languages
  FROM xbrl_fact AS f
  JOIN judged AS j ON j.filing_id = f.filing_id AND j.target = f.target
  GROUP BY j.n
), personal AS (
  SELECT j.n, d.context_id, d.dimension,
    trim(regexp_replace(d.typed_member, '<[^>]*>', '', 'g'), E' \t\r\n') AS member
  FROM xbrl_dimension AS d
  JOIN judged AS j ON j.filing_id = d.filing_id AND j.target = d.target
  WHERE d.typed_member IS NOT NULL
), broken AS (
  SELECT n, 'TH01' AS rule, coalesce(href, '') AS found, (SELECT entry_points FROM asking) AS expected,
    NULL::INTEGER AS fact, file, line
  FROM reference
  WHERE kind = 'schemaRef' AND NOT is_own
  UNION ALL
  SELECT n, 'TH10', count(*) || ' link:' || kind, NULL, NULL, any_value(file), min(line)
  FROM reference
  WHERE kind IN ('schemaRef', 'linkbaseRef', 'roleRef')
  GROUP BY n, kind
  HAVING kind <> 'schemaRef' OR count(*) > 1
  UNION ALL
  SELECT n, unnest(['FR82', 'FR83']), NULL, NULL, NULL, NULL, NULL
  FROM judged
  WHERE kind <> 'inline'
  UNION ALL
  SELECT j.n, 'FR81', coalesce(nullif(s.languages, ''), 'none'), NULL, NULL, NULL, NULL
  FROM judged AS j LEFT JOIN spoken AS s USING (n)
  WHERE NOT coalesce(s.is_known, false)
  UNION ALL
  SELECT p.n, 'TC02', p.dimension, p.context_id, c.first_fact, NULL, NULL
  FROM personal AS p
  JOIN context AS c ON c.n = p.n AND c.context_id = p.context_id AND c.first_fact IS NOT NULL
  WHERE regexp_matches(p.member, '^([0-2][0-9]|3[0-1])(0[1-9]|1[0-2])[0-9]{2}-[0-9]{4}')
)
SELECT a.n, a.rule,
  replace(replace(replace(replace(a.message,
    '{found}', coalesce(b.found, '')),
    '{expected}', coalesce(b.expected, '')),
    '{dimension}', coalesce(b.found, '')),
    '{context}', coalesce(b.expected, '')) AS message,
  CASE WHEN b.fact IS NULL THEN [] ELSE [b.fact] END AS facts, b.file, b.line
FROM asked AS a
JOIN broken AS b USING (n, rule)
