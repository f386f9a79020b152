-- Three columns for every buyer listed, whole kroner each, øre dropped toward zero.
CREATE OR REPLACE TEMP TABLE report_amount AS
WITH listed AS (SELECT DISTINCT report_no, subject FROM report_sum)
SELECT l.report_no, l.subject, f.field_no,
       CAST(coalesce(s.amount_exact, 0) AS DECIMAL(18,2)) AS amount_exact,
       CAST(trunc(coalesce(s.amount_exact, 0)) AS BIGINT) AS amount
FROM listed l
CROSS JOIN report_field f
LEFT JOIN report_sum s
  ON s.report_no = l.report_no AND s.subject = l.subject AND s.field_no = f.field_no;
