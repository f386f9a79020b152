-- Every comparison of reports that differs, one row each, with the explanation a case officer reads
-- and the reports behind it. See docs/authorities/cross-checks.md.
--
-- cvr: the company's CVR number
-- name: its registered name; null where the register does not know it
-- rule: which comparison
-- period_start: first day compared over
-- period_end: last day compared over
-- subject: what within the period: partner, figure; else empty
-- stated: the figure compared
-- expected: what it was compared with
-- difference: stated less expected
-- unit: DKK, employees or a ratio (1)
-- points: its part of the company's score
-- explanation: figures, arithmetic, limit and what to do
-- filings: reports behind it, commas between
SELECT
    finding.cvr,
    company.name,
    finding.rule,
    finding.period_start,
    finding.period_end,
    finding.subject,
    finding.stated,
    finding.expected,
    finding.difference,
    finding.unit,
    finding.points,
    finding.explanation,
    behind.filings
FROM cross_check AS finding
LEFT JOIN registered_company AS company ON company.cvr = finding.cvr
LEFT JOIN (
    SELECT
        cvr,
        rule,
        period_end,
        subject,
        string_agg(DISTINCT filing_key, ', ' ORDER BY filing_key) AS filings
    FROM cross_check_filing
    GROUP BY cvr, rule, period_end, subject
) AS behind
    ON behind.cvr = finding.cvr AND behind.rule = finding.rule
    AND behind.period_end = finding.period_end AND behind.subject = finding.subject
WHERE finding.outcome = 'differs'
