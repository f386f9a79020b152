-- A batch beside the tables: the relations given_<table> hold reports not seen before, standing
-- what is told of those that were. Made of them: fresh_<table> with the month of receipt, the
-- months touched, and what is in quarantine after the batch.
CREATE OR REPLACE TEMP TABLE fresh_received_filing AS
WITH party AS (
    SELECT DISTINCT report_type, coalesce(se_number, cvr) AS party FROM given_received_filing
),
accepted AS (
    SELECT report_type, coalesce(se_number, cvr) AS party, period_start, period_end,
        accepted_event
    FROM given_received_filing
    UNION ALL
    SELECT report_type, party, period_start, period_end,
        coalesce(filing.accepted_event, standing.accepted_event)
    FROM (SELECT *, coalesce(se_number, cvr) AS party FROM received_filing) AS filing
    SEMI JOIN party USING (report_type, party)
    LEFT JOIN standing USING (filing_key)
),
first_accepted AS (
    SELECT report_type, party, period_start, period_end, min(accepted_event) AS first_event
    FROM accepted
    WHERE accepted_event IS NOT NULL
    GROUP BY ALL
)
SELECT
    given.* REPLACE (
        CASE WHEN given.status <> 'refused' AND given.period_end IS NOT NULL
            THEN coalesce(first_event < event_from, false)
        END AS is_correction
    ),
    strftime(given.received_at, 'received=%Y-%m') AS month
FROM given_received_filing AS given
LEFT JOIN first_accepted
    ON first_accepted.report_type = given.report_type
    AND first_accepted.party = coalesce(given.se_number, given.cvr)
    AND first_accepted.period_start = given.period_start
    AND first_accepted.period_end = given.period_end;

CREATE OR REPLACE TEMP TABLE fresh_filed_vat_amount AS
SELECT given.*, month
FROM given_filed_vat_amount AS given JOIN fresh_received_filing USING (filing_key);

CREATE OR REPLACE TEMP TABLE fresh_filed_eu_sale AS
SELECT given.*, month
FROM given_filed_eu_sale AS given JOIN fresh_received_filing USING (filing_key);

CREATE OR REPLACE TEMP TABLE touched AS
SELECT month FROM fresh_received_filing
UNION
SELECT strftime(received_at, 'received=%Y-%m')
FROM received_filing SEMI JOIN standing USING (filing_key);

CREATE OR REPLACE TEMP TABLE still_quarantined AS
SELECT * FROM given_quarantined_filing
UNION ALL
SELECT * FROM quarantined_filing
WHERE filing_key NOT IN (SELECT filing_key FROM given_received_filing)
    AND filing_key NOT IN (SELECT filing_key FROM given_quarantined_filing);
