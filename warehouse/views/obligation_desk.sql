-- Every report due, one row for each company, report type and period, as of the last run: what it
-- is, when it is due, what came of it, what was reminded of. The desk's own list.
--
-- cvr: the company's CVR number
-- name: its registered name; null where the register does not know it
-- legal_form: as registered
-- industry: main industry, DB25, six digits
-- municipality: municipality code, three digits
-- report_type: vat_return, eu_sales_list or annual_report
-- period_start: first day reported on
-- period_end: last day reported on
-- due_date: last day to file
-- state: not_due, awaited, waiting, on_time, late, missing or estimated
-- days_late: days after the due date; to as_of where it is missing
-- filed_at: when the first accepted report was received
-- filing_key: the report that counts
-- is_zero: that report is without any amount
-- estimate: foreløbig fastsættelse, DKK
-- fee: fee for it, DKK
-- reminders: Digital Post messages written about it
-- reminded_on: day of the last one
-- as_of: the day this was worked out for
SELECT
    duty.cvr,
    company.name,
    company.legal_form,
    company.industry,
    company.municipality,
    duty.report_type,
    duty.period_start,
    duty.period_end,
    duty.due_date,
    duty.state,
    duty.days_late,
    duty.filed_at,
    duty.filing_key,
    duty.is_zero,
    duty.estimate,
    duty.fee,
    coalesce(reminded.reminders, 0) AS reminders,
    reminded.reminded_on,
    duty.as_of
FROM duty_status AS duty
LEFT JOIN registered_company AS company ON company.cvr = duty.cvr
LEFT JOIN (
    SELECT
        cvr,
        report_type,
        period_start,
        period_end,
        count(*) AS reminders,
        max(written_on) AS reminded_on
    FROM reminder
    GROUP BY cvr, report_type, period_start, period_end
) AS reminded
    ON reminded.cvr = duty.cvr AND reminded.report_type = duty.report_type
    AND reminded.period_start = duty.period_start AND reminded.period_end = duty.period_end
