-- The instances that could be read, and the regime whose rules each is asked.
-- In a filing with an entry point of the authority's, only the targets that have one are its business.
WITH entry AS (
  SELECT filing_id, target, min(href) AS entry_point
  FROM xbrl_reference
  WHERE kind = 'schemaRef' AND starts_with(trim(href), (SELECT entry_points FROM asking))
  GROUP BY filing_id, target
), filing AS (
  SELECT f.filing_id, f.target, f.file, f.kind, f.entity_identifier, e.entry_point,
    count(*) OVER (PARTITION BY f.filing_id) > 1 AS has_targets,
    count(e.entry_point) OVER (PARTITION BY f.filing_id) AS own
  FROM xbrl_filing AS f
  LEFT JOIN entry AS e ON e.filing_id = f.filing_id AND e.target = f.target
  WHERE f.is_read
), matched AS (
  SELECT f.entry_point, f.has_targets, arg_min(r.regime, r.position) AS regime
  FROM (SELECT DISTINCT entry_point, has_targets FROM filing) AS f
  JOIN regime AS r ON regexp_matches(f.entry_point, r.entry_point) AND (f.has_targets OR NOT r.many)
  GROUP BY f.entry_point, f.has_targets
)
SELECT row_number() OVER (ORDER BY f.filing_id, f.target), f.filing_id, f.target, f.file, f.kind,
  f.entity_identifier, f.entry_point,
  coalesce((SELECT regime FROM asking), m.regime,
    CASE WHEN f.own = 0 THEN (SELECT arg_max(regime, position) FROM regime) END)
FROM filing AS f
LEFT JOIN matched AS m ON m.entry_point = f.entry_point AND m.has_targets = f.has_targets
WHERE f.entry_point IS NOT NULL OR f.own = 0
