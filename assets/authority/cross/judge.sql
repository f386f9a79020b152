-- Every comparison judged the same way: it differs where the difference is above the limit.
-- The limit is the largest of `least` (for each line and return where counted), `share` of the
-- figure compared with, and what the comparison itself sets: rounding of reports, spread of peers.
WITH measured AS (
    SELECT
        compared.*,
        cross_rule.* EXCLUDE (rule, stated, expected),
        cross_rule.stated AS stated_words,
        cross_rule.expected AS expected_words,
        CAST(compared.stated - compared.expected AS DECIMAL(38, 10)) AS difference,
        greatest(
            coalesce(own_limit, 0),
            CAST(least * compared.counted AS DECIMAL(38, 10)),
            CAST(share * abs(compared.expected) AS DECIMAL(38, 10))
        ) AS tolerated
    FROM compared
    JOIN cross_rule USING (rule)
),
judged AS (
    SELECT
        *,
        CASE
            WHEN reason IS NOT NULL THEN 'not_comparable'
            WHEN abs(difference) > tolerated THEN 'differs'
            ELSE 'agrees'
        END AS outcome
    FROM measured
),
worded AS (
    SELECT
        *,
        replace(replace(replace(replace(stated_words,
            '{period}', days(period_start, period_end)),
            '{subject}', subject),
            '{stated}', in_unit(stated, unit)),
            '{how_stated}', coalesce(how_stated, '')) AS says_stated,
        replace(replace(expected_words,
            '{expected}', in_unit(expected, unit)),
            '{how_expected}', coalesce(how_expected, '')) AS says_expected,
        CASE
            WHEN kind = 'peers' THEN
                'limit ' || plain(z) || ' × 1.4826 × MAD, at least ' || plain(least) || ' = '
            WHEN share > 0 THEN
                'limit ' || plain(100 * share) || ' % of the latter, at least '
                || in_unit(least, unit) || ' = '
            WHEN counted_words <> '' THEN
                'limit ' || in_unit(least, unit) || ' for each ' || counted_words || ' = '
            ELSE 'limit '
        END || in_unit(tolerated, unit) AS says_limit
    FROM judged
)
SELECT
    cvr,
    rule,
    period_start,
    period_end,
    subject,
    CAST(stated AS DECIMAL(38, 10)) AS stated,
    CAST(expected AS DECIMAL(38, 10)) AS expected,
    difference,
    unit,
    outcome,
    CASE outcome WHEN 'differs' THEN points ELSE 0 END AS points,
    CASE outcome
        WHEN 'not_comparable' THEN
            'Not compared: ' || reason || '.' || coalesce(' ' || says_stated || '.', '')
            || coalesce(' ' || upper(says_expected[1]) || says_expected[2:] || '.', '')
        ELSE
            says_stated || '; ' || says_expected || '. Difference ' || in_unit(difference, unit)
            || CASE WHEN unit <> '1' AND expected <> 0 AND difference <> 0
                THEN ', ' || percent(difference, expected) ELSE '' END
            || '; ' || says_limit || '. '
            || CASE outcome
                WHEN 'agrees' THEN 'They agree.'
                ELSE 'They differ: points ' || points || '. ' || ask
            END
    END AS explanation
FROM worded
