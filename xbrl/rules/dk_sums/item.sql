-- Amounts of statement items. A filing whose amounts are all whole kroner, thousands or millions is
-- rounded to those, whatever its decimals say.
WITH dimension AS (
  SELECT j.n, d.context_id,
    max(d.member) FILTER (d.dimension = 'ConsolidatedSoloDimension') AS consolidation,
    max(CASE WHEN d.member_namespace = s.uri THEN s.prefix || ':' || d.member END)
      FILTER (d.dimension = 'ClassesOfEquityDimension') AS component,
    bool_or(d.dimension NOT IN ('ConsolidatedSoloDimension', 'ClassesOfEquityDimension')) AS is_other
  FROM xbrl_dimension AS d
  JOIN judged AS j ON j.filing_id = d.filing_id AND j.target = d.target
  LEFT JOIN namespace AS s ON s.uri = d.member_namespace
  GROUP BY j.n, d.context_id
), fact AS (
  SELECT j.n, f.fact_index AS i, s.prefix || ':' || f.concept AS concept,
    concat_ws(chr(31), f.entity_scheme, f.entity_identifier,
      coalesce(nullif(d.consolidation, 'SoloMember'), '')) AS entity,
    nullif(d.component, 'fsa:AllClassesOfEquityMember') AS component,
    f.period_type, f.period_start AS first_day, f.period_end AS last_day, f.unit,
    f.numeric_value AS amount,
    coalesce(TRY_CAST(f.decimals AS INTEGER), 10) AS decimals
  FROM xbrl_fact AS f
  JOIN judged AS j ON j.filing_id = f.filing_id AND j.target = f.target
  JOIN namespace AS s ON s.uri = f.namespace
  LEFT JOIN dimension AS d ON d.n = j.n AND d.context_id = f.context_id
  WHERE f.numeric_value IS NOT NULL AND NOT f.is_nil AND NOT coalesce(d.is_other, false)
    AND j.regime = 'arl'
    AND s.prefix || ':' || f.concept IN (SELECT total FROM totals UNION SELECT part FROM totals)
), grid AS (
  SELECT n, CASE WHEN bool_and(amount % 1000000 = 0) THEN 500000
    WHEN bool_and(amount % 1000 = 0) THEN 500 WHEN bool_and(amount % 1 = 0) THEN 0.5 ELSE 0 END AS half
  FROM fact
  GROUP BY n
)
SELECT n, i, concept, concat_ws(chr(31), entity, period_type, first_day, last_day) AS place, entity,
  component, period_type, first_day, last_day, unit, amount,
  greatest(g.half, CASE WHEN decimals >= 10 THEN 0 WHEN decimals < -9 THEN 500000000
    ELSE 0.5 * CAST(power(10, -decimals) AS DECIMAL(20, 10)) END)
FROM fact
JOIN grid AS g USING (n)
