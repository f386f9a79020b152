-- Facts: the general data (gsd), and whatever a list names.
SELECT c.n, f.fact_index, s.prefix || ':' || f.concept, f.context_id, c.entity_scheme,
  c.entity_identifier, c.entity_period, c.place, c.dims, c.consolidation,
  c.period_kind, c.period_type, c.first_day, c.last_day, f.unit, f.value,
  trim(f.value, E' \t\r\n'), f.numeric_value,
  CASE WHEN f.unit_id IS NULL AND length(f.value) < 40 THEN TRY_CAST(f.value AS DATE) END,
  f.is_nil
FROM xbrl_fact AS f
JOIN judged AS j ON j.filing_id = f.filing_id AND j.target = f.target
JOIN context AS c ON c.n = j.n AND c.context_id = f.context_id
JOIN namespace AS s ON s.uri = f.namespace
WHERE s.prefix = 'gsd' OR s.prefix || ':' || f.concept IN (SELECT concept FROM rule_list)
