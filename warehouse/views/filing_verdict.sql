-- Every report received, one row each, with what was decided and why, and for annual reports what
-- the rules found.
--
-- filing_key: the authority's own number for it
-- report_type: vat_return, eu_sales_list or annual_report
-- cvr: the company's CVR number, where it is known
-- name: its registered name; null where the register does not know it
-- period_start: first day reported on
-- period_end: last day reported on
-- received_at: when its bytes were stored, UTC
-- sender: organisation of the certificate it came with
-- status: received, waiting, accepted, rejected, refused or replaced
-- decided_at: when it came to where it stands, UTC
-- codes: the authority's codes, commas between
-- verdict: valid, invalid or unread, of annual reports read
-- errors: errors the rules found in it
-- warnings: warnings the rules found in it
-- filing_id: SHA-256 of the report's bytes
SELECT
    filing.filing_key,
    filing.report_type,
    filing.cvr,
    company.name,
    filing.period_start,
    filing.period_end,
    filing.received_at,
    filing.sender,
    filing.status,
    filing.decided_at,
    array_to_string(filing.codes, ', ') AS codes,
    read.verdict,
    CASE WHEN read.filing_id IS NOT NULL THEN coalesce(found.errors, 0) END AS errors,
    CASE WHEN read.filing_id IS NOT NULL THEN coalesce(found.warnings, 0) END AS warnings,
    filing.filing_id
FROM received_filing AS filing
LEFT JOIN registered_company AS company ON company.cvr = filing.cvr
LEFT JOIN (
    SELECT filing_id, min(verdict) AS verdict
    FROM xbrl_filing
    GROUP BY filing_id
) AS read ON read.filing_id = filing.filing_id AND filing.report_type = 'annual_report'
LEFT JOIN (
    SELECT
        filing_id,
        count(*) FILTER (severity = 'error') AS errors,
        count(*) FILTER (severity = 'warning') AS warnings
    FROM xbrl_problem
    GROUP BY filing_id
) AS found ON found.filing_id = read.filing_id
