-- Which codes and parts each report's period uses, and what keeps a report from being
-- complete: a line that goes nowhere because its code is not known withholds the company.
-- Reads report_due; makes tax_line_use and report_problem.
CREATE OR REPLACE TEMP TABLE tax_line_use AS
SELECT d.report_no, t.vat_code, t.standard_vat_code, t.part,
       min(t.posting_date) AS first_date, max(t.posting_date) AS last_date,
       bool_or(t.amount <> 0) AS is_nonzero
FROM tax_line t
JOIN report_due d
  ON d.company_id = t.company_id AND t.posting_date BETWEEN d.period_start AND d.period_end
WHERE t.posting_date BETWEEN getvariable('first_day') AND getvariable('last_day')
GROUP BY d.report_no, t.vat_code, t.standard_vat_code, t.part;

CREATE OR REPLACE TEMP TABLE report_problem AS
WITH judged AS (
  SELECT u.report_no, u.vat_code,
    CASE
      WHEN u.standard_vat_code IS NULL
        THEN 'not mapped to a standard VAT code'
      WHEN s.vat_code IS NULL
        THEN 'mapped to ' || u.standard_vat_code || ', which is no standard VAT code'
      WHEN u.first_date < s.valid_from OR u.last_date > s.valid_to
        THEN 'used outside the dates its standard VAT code is valid'
      WHEN u.part = 'tax' AND u.is_nonzero
        THEN 'with VAT that is known neither as owed nor as deducted'
    END AS problem
  FROM tax_line_use u LEFT JOIN standard_vat_code s ON s.vat_code = u.standard_vat_code
)
SELECT report_no,
       'VAT code ' || string_agg(DISTINCT vat_code, ', ' ORDER BY vat_code) || ' ' || problem
         AS reason
FROM judged WHERE problem IS NOT NULL
GROUP BY report_no, problem;
