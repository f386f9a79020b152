-- A voucher id names one voucher.
WITH twice AS (
  SELECT company_id, voucher_id FROM checked_voucher
  GROUP BY company_id, voucher_id HAVING count(*) > 1
)
SELECT company_id,
  voucher_place(min(voucher_number), min(where_found)) AS place,
  'Voucher id ' || voucher_id || ' stands for ' || count(*) || ' vouchers: '
    || string_agg(voucher_number || ' (' || where_found || ')', ', ' ORDER BY where_found)
    || '.' AS message,
  'Each record in the source needs an id of its own. Export the period again, or correct '
    || 'the ids, then run `indberet pull`.' AS remedy,
  voucher_id, NULL AS line_id, '1' AS expected, CAST(count(*) AS VARCHAR) AS found
FROM checked_voucher SEMI JOIN twice USING (company_id, voucher_id)
GROUP BY company_id, voucher_id
