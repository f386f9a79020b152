-- One number, one voucher, within a journal and a fiscal year.
WITH numbered AS (
  SELECT v.company_id, v.connection_id, coalesce(v.journal_code, '') AS journal,
    v.voucher_number, v.voucher_id, v.where_found
  FROM checked_voucher AS v
)
, twice AS (
  SELECT company_id, connection_id, journal, voucher_number
  FROM numbered GROUP BY ALL HAVING count(DISTINCT voucher_id) > 1
)
SELECT n.company_id,
  'voucher ' || n.voucher_number
    || CASE WHEN n.journal = '' THEN '' ELSE ', journal ' || n.journal END AS place,
  'Voucher number ' || n.voucher_number
    || CASE WHEN n.journal = '' THEN '' ELSE ' in journal ' || n.journal END
    || ' is used by ' || count(*) || ' vouchers in the period: '
    || array_to_string(list(n.where_found ORDER BY n.where_found)[1:5], ', ')
    || CASE WHEN count(*) > 5 THEN ' and ' || (count(*) - 5) || ' more' ELSE '' END
    || '.' AS message,
  'Check whether a voucher was booked twice.' AS remedy,
  min(n.voucher_id) AS voucher_id, NULL AS line_id,
  '1' AS expected, CAST(count(*) AS VARCHAR) AS found
FROM numbered AS n
JOIN twice USING (company_id, connection_id, journal, voucher_number)
GROUP BY n.company_id, n.connection_id, n.journal, n.voucher_number
