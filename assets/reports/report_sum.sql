-- Contributions added up once per report line, with a fingerprint of what was added.
--
-- The fingerprint is the count of rows and the sum of each half of every row's MD5:
-- adding does not depend on order or on how rows are split over threads and files, and
-- it needs no sort of ten million rows. The published input hash is SHA-256 over it.
CREATE OR REPLACE TEMP TABLE report_sum AS
WITH hashed AS (
  SELECT report_no, subject, field_no, amount,
         md5_number(concat_ws(chr(31), subject, field_no, voucher_id, line_id, seq, amount)) AS h
  FROM report_contribution
)
SELECT report_no, subject, field_no,
       CAST(sum(amount) AS DECIMAL(18,2)) AS amount_exact,
       count(*) AS input_count,
       sum(CAST(h >> 64 AS UBIGINT)) AS input_upper,
       sum(CAST(h & 18446744073709551615 AS UBIGINT)) AS input_lower
FROM hashed
GROUP BY report_no, subject, field_no;
