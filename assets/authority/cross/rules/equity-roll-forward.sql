-- Equity at the end of last year's own report, and the movements that this year's report states,
-- against its equity. Falls of equity are taken away whatever sign they were stated with, for
-- reports state a dividend paid both ways. Small companies may leave the equity statement out.
WITH movement AS (
    SELECT
        fact.filing_key,
        CASE WHEN figure.movement < 0 THEN -abs(amount) ELSE amount END AS amount,
        fact.half_unit,
        fact.concept,
        words
    FROM annual_fact AS fact
    JOIN figure ON figure.concept = fact.concept AND figure.movement IS NOT NULL
    WHERE fact.is_own
),
moved AS (
    SELECT
        filing_key,
        sum(amount) AS amount,
        sum(half_unit) AS half_unit,
        count(*) FILTER (concept <> 'ProfitLoss') AS others,
        string_agg(
            CASE WHEN amount < 0 THEN ' - ' ELSE ' + ' END || words || ' ' || plain(abs(amount)), ''
            ORDER BY concept
        ) AS words
    FROM movement
    GROUP BY filing_key
),
pair AS (
    SELECT
        now.cvr,
        now.period_start,
        now.period_end,
        now.equity AS stated,
        last_year.equity AS opening,
        last_year.equity + moved.amount AS expected,
        now.profit,
        moved.words,
        coalesce(moved.others, 0) AS others,
        coalesce(moved.half_unit, 0) + 1 AS slack,
        now.filing_key,
        last_year.filing_key AS last_key
    FROM annual_year AS now
    JOIN annual_year AS last_year ON last_year.cvr = now.cvr
        AND last_year.period_end = CAST(now.period_start - INTERVAL 1 DAY AS DATE)
    LEFT JOIN moved ON moved.filing_key = now.filing_key
)
SELECT
    cvr,
    period_start,
    period_end,
    '' AS subject,
    pair.stated,
    pair.expected,
    '' AS how_stated,
    ' (equity ' || plain(opening) || ' in last year''s report' || words || ')' AS how_expected,
    1 AS counted,
    CASE
        WHEN pair.stated IS NULL THEN 'the annual report states no equity'
        WHEN opening IS NULL THEN 'last year''s report states no equity'
        WHEN profit IS NULL THEN 'the annual report states no profit of the year'
        WHEN others = 0 AND abs(pair.stated - pair.expected) > greatest(least, slack) THEN
            'the annual report has no statement of changes in equity, which class B may leave out;'
            || ' beyond the profit, equity moved by ' || in_unit(pair.stated - pair.expected, 'DKK')
    END AS reason,
    [filing_key] AS stated_keys,
    [last_key] AS expected_keys,
    slack AS own_limit
FROM pair
JOIN cross_rule ON cross_rule.rule = $rule
