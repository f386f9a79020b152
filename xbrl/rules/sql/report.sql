-- What was found, as rows of `xbrl.tables.schema.PROBLEM`: where the first fact stands, or the file.
WITH broken AS (
  SELECT j.n, r.position, j.filing_id, j.target, r.code, r.severity, f.message, r.remedy,
    coalesce(f.file, x.file, j.file) AS file,
    coalesce(f.line, x.line) AS line,
    x.element_id,
    coalesce(f.facts, []) AS facts
  FROM found AS f
  JOIN judged AS j USING (n)
  JOIN rule AS r USING (rule)
  LEFT JOIN xbrl_fact AS x
    ON x.filing_id = j.filing_id AND x.target = j.target AND x.fact_index = f.facts[1]
), unjudged AS (
  SELECT n, -1, filing_id, target, 'rules:no-regime', 'note',
    'No filing rules are known for reports of ' || entry_point || '.',
    'Nothing to do for an old report; for a new one, add its regime to the rule set.',
    file, NULL, NULL, []
  FROM judged
  WHERE regime IS NULL
)
SELECT filing_id, target, code, severity, message, remedy, file, line, element_id, facts
FROM (FROM broken UNION ALL FROM unjudged)
ORDER BY n, position, facts, message, file, line
