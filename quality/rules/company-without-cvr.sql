-- A Danish return is filed under a number; without one it cannot be. A foreign company
-- that reports nothing here needs none.
SELECT company_id,
  'company ' || company_id AS place,
  'Company ' || company_id || ' (' || name || ') has no CVR number.' AS message,
  'Add `cvr` to the company in indberet.toml.' AS remedy,
  NULL AS voucher_id, NULL AS line_id, '8 digits' AS expected, 'none' AS found
FROM checked_company
WHERE coalesce(trim(cvr), '') = ''
  AND (coalesce(country, 'DK') = 'DK' OR company_id IN (
    SELECT company_id FROM checked_due WHERE frequency <> 'none'
  ))
