-- The reports that a reminder is due for on $day: not arrived, of a company still registered, and
-- not reminded in the same way before. Kinds:
--   upcoming   from $days before the due date to the date itself, once;
--   overdue    from the day after it, once; and once more 14 days after the first was written;
--   estimated  once, when the tax has been set provisionally; from then on nothing else.
-- Where a duty's state is older than $day, what was accepted since counts: it is looked up.
WITH waiting AS (
    SELECT
        duty.*,
        company.name,
        duty.state = 'waiting' AS is_draft
    FROM duty_status AS duty
    JOIN registered_company AS company USING (cvr)
    WHERE (
            duty.state IN ('awaited', 'missing', 'estimated')
            -- A draft waits for the company; any other report waits for us.
            OR (duty.state = 'waiting' AND duty.report_type = 'vat_return')
        )
        AND (company.registered_from IS NULL OR company.registered_from <= $day)
        AND (company.registered_to IS NULL OR company.registered_to >= $day)
        AND NOT EXISTS (
            SELECT 1 FROM received_filing AS filing
            WHERE filing.cvr = duty.cvr AND filing.report_type = duty.report_type
                AND filing.period_start = duty.period_start
                AND filing.period_end = duty.period_end
                AND filing.accepted_at IS NOT NULL
        )
),
written AS (
    SELECT
        cvr, report_type, period_start, period_end,
        count(*) FILTER (WHERE kind = 'upcoming') AS upcoming,
        count(*) FILTER (WHERE kind = 'overdue') AS overdue,
        count(*) FILTER (WHERE kind = 'estimated') AS estimated,
        min(written_on) FILTER (WHERE kind = 'overdue') AS overdue_on
    FROM reminder
    GROUP BY ALL
),
kinds AS (
    SELECT
        waiting.*,
        CASE
            WHEN state = 'estimated' AND coalesce(written.estimated, 0) = 0 THEN 'estimated'
            WHEN state = 'estimated' OR written.estimated > 0 THEN NULL
            WHEN due_date >= $day AND due_date - $days <= $day
                AND coalesce(written.upcoming, 0) = 0 THEN 'upcoming'
            WHEN due_date < $day AND coalesce(written.overdue, 0) = 0 THEN 'overdue'
            WHEN due_date < $day AND written.overdue = 1
                AND written.overdue_on + $second_after <= $day THEN 'overdue'
        END AS kind,
        CASE WHEN state = 'estimated' THEN 1 ELSE 1 + coalesce(written.overdue, 0) END AS number
    FROM waiting
    LEFT JOIN written USING (cvr, report_type, period_start, period_end)
)
SELECT
    cvr, name, report_type, period_start, period_end, kind,
    CAST(CASE WHEN kind = 'overdue' THEN number ELSE 1 END AS INTEGER) AS number,
    due_date, is_draft, estimate, fee
FROM kinds
WHERE kind IS NOT NULL
ORDER BY cvr, report_type, period_end, period_start, kind, number
