-- What was read is what the source says it holds.
SELECT t.company_id,
  t.subject || ', ' || t.kind || ' (' || t.where_found || ')' AS place,
  'The source declares ' || CASE t.kind
      WHEN 'entries' THEN CAST(CAST(t.declared AS BIGINT) AS VARCHAR) || ' entries for '
        || t.subject || ', but ' || CAST(CAST(t.found AS BIGINT) AS VARCHAR) || ' were read'
      WHEN 'vouchers' THEN CAST(CAST(t.declared AS BIGINT) AS VARCHAR) || ' vouchers for '
        || t.subject || ', but ' || CAST(CAST(t.found AS BIGINT) AS VARCHAR) || ' were read'
      ELSE 'a total ' || t.kind || ' of ' || money_text(t.declared) || ' for ' || t.subject
        || ', but ' || money_text(t.found) || ' was read' END
    || ' (' || t.where_found || ').' AS message,
  'Export the period again, complete, then run `indberet pull`.' AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  CAST(t.declared AS VARCHAR) AS expected, CAST(t.found AS VARCHAR) AS found
FROM control_total AS t SEMI JOIN checked_company AS c USING (company_id)
WHERE t.kind IN ('entries', 'vouchers', 'debit', 'credit') AND t.declared <> t.found
