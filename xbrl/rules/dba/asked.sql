-- The rules each instance is asked: those of its regime.
SELECT j.n, r.rule, r.kind, r.params, r.message, coalesce(k.is_annual, false) AS is_annual,
  coalesce(k.has_group, false) AS has_group
FROM judged AS j
JOIN rule_regime USING (regime)
JOIN rule AS r USING (rule)
LEFT JOIN report_kind AS k ON k.n = j.n
