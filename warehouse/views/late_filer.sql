-- Companies with a report late, missing or estimated, one row for each company and report type,
-- the most days first. `share` is of the periods that have come due.
--
-- cvr: the company's CVR number
-- name: its registered name; null where the register does not know it
-- report_type: vat_return, eu_sales_list or annual_report
-- due: periods that have come due
-- late: of them, filed late
-- missing: of them, not filed
-- estimated: of them, estimated for want of a return
-- share: late, missing and estimated out of due, to look at
-- longest_days: the most days late
-- fees: fees for estimates, DKK
-- as_of: the day this was worked out for
SELECT
    duty.cvr,
    any_value(company.name) AS name,
    duty.report_type,
    count(*) AS due,
    count(*) FILTER (duty.state = 'late') AS late,
    count(*) FILTER (duty.state = 'missing') AS missing,
    count(*) FILTER (duty.state = 'estimated') AS estimated,
    count(*) FILTER (duty.state IN ('late', 'missing', 'estimated')) / count(*) AS share,
    max(duty.days_late) AS longest_days,
    sum(duty.fee) AS fees,
    max(duty.as_of) AS as_of
FROM duty_status AS duty
LEFT JOIN registered_company AS company ON company.cvr = duty.cvr
WHERE duty.state IN ('on_time', 'late', 'missing', 'estimated')
GROUP BY duty.cvr, duty.report_type
HAVING late + missing + estimated > 0
ORDER BY longest_days DESC, duty.cvr, duty.report_type
