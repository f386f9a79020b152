-- What every rule reads: the ledger, cut to each due company's period.
-- Dates are cut twice: by constants (so Parquet files of other months are never
-- opened) and by company (so each has its own period).
CREATE OR REPLACE TEMP MACRO money_text(x) AS
  (CASE WHEN x < 0 THEN '-' ELSE '' END)
  || replace(format('{:,}', CAST(trunc(abs(CAST(x AS DECIMAL(18,2)))) AS BIGINT)), ',', ' ')
  || right(CAST(CAST(x AS DECIMAL(18,2)) AS VARCHAR), 3);
CREATE OR REPLACE TEMP MACRO voucher_place(number, found_at) AS
  'voucher ' || number || ' (' || found_at || ')';
CREATE OR REPLACE TEMP MACRO line_place(number, line_no, found_at) AS
  'voucher ' || number || ', line ' || line_no || ' (' || found_at || ')';
-- "U25 (S01)", or "S01" where the company uses the standard code itself.
CREATE OR REPLACE TEMP MACRO code_text(own, standard) AS
  own || CASE WHEN own = standard THEN '' ELSE ' (' || standard || ')' END;
-- "1 posting", "2 postings".
CREATE OR REPLACE TEMP MACRO counted(n, noun) AS
  n || ' ' || noun || CASE WHEN n = 1 THEN '' ELSE 's' END;

CREATE OR REPLACE TEMP TABLE checked_company AS
SELECT c.company_id, c.name, c.cvr, c.se_number, c.country, c.base_currency,
  min(d.period_start) AS period_start,
  max(d.period_end) AS period_end,
  date_diff('month', min(d.period_start), max(d.period_end)) + 1 AS months
FROM checked_due AS d JOIN company AS c USING (company_id)
GROUP BY ALL;

SET VARIABLE checked_start = (SELECT min(period_start) FROM checked_company);
SET VARIABLE checked_end = (SELECT max(period_end) FROM checked_company);

CREATE OR REPLACE TEMP VIEW checked_voucher AS
SELECT v.* FROM voucher AS v JOIN checked_company AS c USING (company_id)
WHERE v.posting_date BETWEEN getvariable('checked_start') AND getvariable('checked_end')
  AND v.posting_date BETWEEN c.period_start AND c.period_end;

CREATE OR REPLACE TEMP VIEW checked_posting AS
SELECT p.* FROM posting AS p JOIN checked_company AS c USING (company_id)
WHERE p.posting_date BETWEEN getvariable('checked_start') AND getvariable('checked_end')
  AND p.posting_date BETWEEN c.period_start AND c.period_end;

CREATE OR REPLACE TEMP VIEW checked_tax_line AS
SELECT t.* FROM tax_line AS t JOIN checked_company AS c USING (company_id)
WHERE t.posting_date BETWEEN getvariable('checked_start') AND getvariable('checked_end')
  AND t.posting_date BETWEEN c.period_start AND c.period_end;

-- The standard VAT codes as valid when the periods end. Grain: code.
CREATE OR REPLACE TEMP TABLE checked_code AS
SELECT vat_code, treatment, CAST(rate AS DECIMAL(9,6)) AS rate,
  CAST(deductible_share AS DECIMAL(9,6)) AS deductible_share,
  coalesce(base_field, '') AS base_field, coalesce(output_field, '') AS output_field,
  coalesce(input_field, '') AS input_field, coalesce(list_column, '') AS list_column
FROM standard_vat_code
WHERE coalesce(valid_from, DATE '1900-01-01') <= getvariable('checked_end')
QUALIFY row_number() OVER (PARTITION BY vat_code ORDER BY valid_from DESC NULLS LAST) = 1;

-- The company's accounts that stand for VAT. Grain: company, account.
CREATE OR REPLACE TEMP TABLE checked_vat_account AS
SELECT a.company_id, a.account_code, a.name, s.account_code AS standard_account_code, s.vat_role
FROM ledger_account AS a
JOIN standard_account AS s ON s.account_code = a.standard_account_code
SEMI JOIN checked_company AS c USING (company_id)
WHERE coalesce(s.vat_role, '') <> ''
QUALIFY row_number() OVER (PARTITION BY a.company_id, a.account_code ORDER BY s.valid_from) = 1;
