-- CVR and SE numbers have eight digits, the last a check digit (modulus 11).
WITH number AS (
  SELECT company_id, name, 'CVR' AS kind, cvr AS number FROM checked_company
  UNION ALL
  SELECT company_id, name, 'SE', se_number FROM checked_company
  WHERE se_number IS DISTINCT FROM cvr
)
SELECT n.company_id,
  'company ' || n.company_id AS place,
  'Company ' || n.company_id || ' (' || n.name || '): the ' || n.kind || ' number '
    || n.number || ' is not valid: ' || k.reason || '.' AS message,
  'Correct the ' || n.kind || ' number of the company in indberet.toml.' AS remedy,
  NULL AS voucher_id, NULL AS line_id, 'a valid ' || n.kind || ' number' AS expected,
  n.number AS found
FROM number AS n
JOIN checked_number AS k ON k.kind = 'cvr' AND k.number = n.number
WHERE NOT k.is_valid
