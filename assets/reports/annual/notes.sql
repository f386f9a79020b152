-- Movements of fixed assets and the parts of the tax, for the notes.
-- Reads annual_entry, annual_year, annual_map, annual_field and annual_note_item(item, family,
-- when_debit, when_credit); adds to report_contribution. An account that only says what cost or
-- depreciation was brought forward is in practice the account of all of it: a debit or credit
-- of the year there is the movement of that side.
-- Source: årsregnskabsloven § 88.
INSERT INTO report_contribution
WITH noted AS (
  SELECT y.report_no, replace(m.note_member, 'fsa:', '') AS member, e.part, e.voucher_id,
         e.line_id, e.amount,
         CASE WHEN e.part = 'opening' THEN i.family
              WHEN e.amount >= 0 THEN i.when_debit ELSE i.when_credit END AS concept
  FROM annual_entry e
  JOIN annual_year y USING (year_no)
  JOIN annual_map m ON m.account_code = e.standard_account_code
  JOIN annual_note_item i ON i.item = m.note_item
  WHERE y.which = '' AND e.side = 'balance' AND m.note_member IS NOT NULL
)
SELECT n.report_no,
       CASE n.part WHEN 'opening' THEN 'opening;' ELSE '' END || 'component=' || n.member,
       f.field_no, n.voucher_id, n.line_id, 0, CAST(f.sign * n.amount AS DECIMAL(18,2))
FROM noted n JOIN annual_field f ON f.concept = n.concept
UNION ALL
SELECT y.report_no, y.which, f.field_no, e.voucher_id, e.line_id, 0,
       CAST(f.sign * e.amount AS DECIMAL(18,2))
FROM annual_entry e
JOIN annual_year y USING (year_no)
JOIN annual_map m ON m.account_code = e.standard_account_code
JOIN annual_field f ON f.concept = m.note_item
WHERE e.side = 'result' AND e.part = 'movement' AND m.note_member IS NULL;
