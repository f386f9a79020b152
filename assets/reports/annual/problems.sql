-- What keeps an annual report from leaving, in words that name it.
-- Reads the tables of ledger.sql and statements.sql and annual_problem; makes report_problem.
CREATE OR REPLACE TEMP TABLE report_problem AS
SELECT d.report_no, p.reason
FROM annual_problem p JOIN report_due d ON d.company_id = p.company_id AND d.period_end = p.period_end
UNION ALL
SELECT d.report_no, 'Nothing says how the annual report of this fiscal year is made up. Give the '
    || 'company an [company.annual_report] in the settings'
FROM report_due d ANTI JOIN annual_year y USING (report_no)
UNION ALL
-- An account nobody mapped, with a balance or a movement that belongs on a line.
SELECT report_no, 'Account ' || account_code || coalesce(' ' || name, '') || ' holds '
    || amount || ' DKK and is mapped to ' || coalesce('standard account ' || standard_account_code
    || ', which has no line in the annual report', 'no standard account')
FROM (
  SELECT y.report_no, b.account_code, any_value(a.name) AS name, b.standard_account_code,
         any_value(b.amount) AS amount
  FROM annual_account_balance b
  JOIN annual_year y USING (year_no)
  LEFT JOIN annual_ledger_account a
    ON a.company_id = y.company_id AND a.account_code = b.account_code
  WHERE b.amount <> 0
    AND NOT EXISTS (SELECT 1 FROM annual_account_line l
                    JOIN annual_field f ON f.concept = l.concept
                    WHERE l.year_no = b.year_no AND l.account_code = b.account_code)
  GROUP BY y.report_no, b.account_code, b.standard_account_code
)
UNION ALL
SELECT y.report_no, 'The ledger begins on ' || min(o.balance_date) || ' with balances brought '
    || 'forward, after the first day of the fiscal year (' || y.year_start || '), and holds no '
    || 'postings before. Pull the books from the beginning of the year'
FROM annual_year y
JOIN opening_balance o ON o.company_id = y.company_id AND o.kind = 'opening'
 AND o.dimensions IS NULL AND o.amount <> 0
 AND o.balance_date > y.year_start AND o.balance_date <= y.year_end
WHERE NOT EXISTS (SELECT 1 FROM annual_anchor k WHERE k.year_no = y.year_no)
  AND NOT EXISTS (SELECT 1 FROM posting p WHERE p.company_id = y.company_id
                  AND p.posting_date < o.balance_date)
GROUP BY y.report_no, y.year_start
UNION ALL
SELECT y.report_no, 'The balances the ledger opens ' || y.year_start || ' with come to '
    || sum(o.amount) || ' DKK and should come to 0.00. An account is missing from what the '
    || 'source says it opened with'
FROM annual_opening o JOIN annual_year y USING (year_no)
GROUP BY y.report_no, y.year_start HAVING sum(o.amount) <> 0
UNION ALL
SELECT y.report_no, 'Adjustment ' || replace(e.voucher_id, 'adjustment:', '') || ' does not '
    || 'balance: its lines come to ' || sum(e.amount) || ' DKK and should come to 0.00'
FROM annual_entry e JOIN annual_year y USING (year_no)
WHERE starts_with(e.voucher_id, 'adjustment:')
GROUP BY y.report_no, e.voucher_id HAVING sum(e.amount) <> 0
UNION ALL
SELECT y.report_no, 'The books hold a proposed dividend of ' || d.booked || ' DKK and the input '
    || 'file says ' || d.stated || '. Correct the one that is wrong'
FROM annual_dividend d JOIN annual_year y USING (year_no)
WHERE d.stated <> d.booked AND d.booked > 0
UNION ALL
SELECT y.report_no, 'No fiscal year holds a posting from ' || y.year_start || ' to ' || y.year_end
    || ', and no balance was brought forward: there is nothing to report on'
FROM annual_year y
WHERE y.which = '' AND NOT EXISTS (SELECT 1 FROM annual_entry e WHERE e.year_no = y.year_no);
