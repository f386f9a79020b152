-- Said, so that nobody believes the dates were checked.
SELECT c.company_id,
  'fiscal periods' AS place,
  'The source names no fiscal periods, so posting dates are not checked against them.' AS message,
  'Nothing to do; the bookkeeping system or the export does not give them.' AS remedy,
  NULL AS voucher_id, NULL AS line_id, 'a fiscal year' AS expected, 'none' AS found
FROM checked_company AS c
ANTI JOIN fiscal_period AS f USING (company_id)
SEMI JOIN connection AS n USING (company_id)
