-- The seventeen fields of every return due, zero returns included.
-- Øre are dropped field by field, toward zero; the total is made of the whole-kroner
-- fields and not of the ledger's own net. Source: momsloven § 57 stk. 1 (lbk 209/2024).
CREATE OR REPLACE TEMP TABLE report_amount AS
WITH field AS (
  SELECT d.report_no, f.field_no, f.total_sign,
         CAST(coalesce(s.amount_exact, 0) AS DECIMAL(18,2)) AS amount_exact,
         CAST(trunc(coalesce(s.amount_exact, 0)) AS BIGINT) AS amount
  FROM report_due d
  CROSS JOIN report_field f
  LEFT JOIN report_sum s ON s.report_no = d.report_no AND s.field_no = f.field_no
  WHERE f.field_no > 1
)
SELECT report_no, '' AS subject, field_no, amount_exact, amount FROM field
UNION ALL
SELECT report_no, '', CAST(1 AS SMALLINT),
       CAST(sum(total_sign * amount_exact) AS DECIMAL(18,2)),
       CAST(sum(total_sign * amount) AS BIGINT)
FROM field GROUP BY report_no;
