-- The year's entries that are not in the books, beside those that are: one row per line.
-- Reads annual_adjustment, standard_account and what ledger.sql made; adds to annual_entry.

-- An adjustment speaks of a standard account. Where the company has just one account of its
-- own there, it is that account's; else it stands by itself.
CREATE OR REPLACE TEMP TABLE annual_only_account AS
SELECT company_id, standard_account_code, min(account_code) AS account_code
FROM annual_ledger_account WHERE standard_account_code IS NOT NULL
GROUP BY ALL HAVING count(*) = 1;

INSERT INTO annual_entry
SELECT y.year_no, coalesce(o.account_code, 'standard:' || j.standard_account_code),
       j.standard_account_code,
       CASE s.kind WHEN 'revenue' THEN 'result' WHEN 'expense' THEN 'result'
            WHEN 'equity' THEN 'equity' ELSE 'balance' END,
       'movement', 'adjustment:' || j.number, CAST(j.line_no AS VARCHAR), j.amount
FROM annual_adjustment j
JOIN annual_year y ON y.company_id = j.company_id AND y.year_end = j.period_end
LEFT JOIN standard_account s ON s.account_code = j.standard_account_code
LEFT JOIN annual_only_account o
  ON o.company_id = j.company_id AND o.standard_account_code = j.standard_account_code;
