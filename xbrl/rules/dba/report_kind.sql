-- What is known of each report as a whole: whether it is an annual report, by what it says it is;
-- whether it tells group and parent apart; and the two contexts that end last, of durations without
-- dimensions or for the group that a fact uses.
WITH said AS (
  SELECT n, true AS is_annual
  FROM item
  SEMI JOIN (FROM concept_list WHERE list = 'annual report') AS l
    ON l.concept = item.concept AND l.value = item.text
  GROUP BY n
)
SELECT c.n, coalesce(any_value(s.is_annual), false) AS is_annual,
  coalesce(bool_or(c.consolidation IS NOT NULL), false) AS has_group,
  coalesce(max_by(c.place, (c.end_at, c.first_fact), 2) FILTER (
    c.period_type = 'duration' AND c.first_fact IS NOT NULL
    AND (c.dims = 0 OR (c.dims = 1 AND c.consolidation = 'ConsolidatedMember'))), []) AS latest
FROM context AS c
LEFT JOIN said AS s USING (n)
GROUP BY c.n
