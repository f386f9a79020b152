-- A company's points in a year: those of its comparisons that differ, and those of its reports
-- that are late, missing or estimated. Nothing is weighed; the parts are in the explanation.
WITH part AS (
    SELECT
        cvr,
        year(period_end) AS year,
        rule AS what,
        points AS each,
        count(*) AS many,
        count(*) AS differing,
        0 AS late
    FROM judged
    WHERE outcome = 'differs'
    GROUP BY ALL
    UNION ALL
    SELECT
        cvr,
        year(period_end),
        replace(report_type, '_', ' ') || ' ' || duty_status.state,
        late_point.points,
        count(*),
        0,
        count(*)
    FROM duty_status
    JOIN late_point ON late_point.state = duty_status.state
    GROUP BY ALL
),
seen AS (
    SELECT cvr, year(period_end) AS year FROM judged
    UNION
    SELECT cvr, year(period_end) FROM duty_status
)
SELECT
    seen.cvr,
    CAST(seen.year AS INTEGER) AS year,
    CAST(coalesce(sum(each * many), 0) AS INTEGER) AS points,
    CAST(coalesce(sum(differing), 0) AS INTEGER) AS differing,
    CAST(coalesce(sum(late), 0) AS INTEGER) AS late,
    coalesce(
        string_agg(what || ' ' || many || ' × ' || each, ' + ' ORDER BY what, each)
        || ' = ' || sum(each * many),
        'Nothing differs and nothing is late: 0'
    ) AS explanation
FROM seen
LEFT JOIN part ON part.cvr = seen.cvr AND part.year = seen.year
GROUP BY seen.cvr, seen.year
