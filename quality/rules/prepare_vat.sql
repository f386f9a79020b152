-- VAT per voucher and code. Grain: company, voucher, own code, standard code.
-- Signs as in the ledger: sale bases and output legs negative, input positive.
CREATE OR REPLACE TEMP TABLE checked_vat AS
SELECT company_id, voucher_id, vat_code, standard_vat_code,
  CAST(coalesce(sum(amount) FILTER (part = 'base'), 0) AS DECIMAL(18,2)) AS base,
  CAST(coalesce(sum(amount) FILTER (part = 'output'), 0) AS DECIMAL(18,2)) AS output,
  CAST(coalesce(sum(amount) FILTER (part = 'input'), 0) AS DECIMAL(18,2)) AS input,
  count(*) FILTER (part = 'base') AS base_lines,
  count(*) FILTER (part = 'output') AS output_lines,
  count(*) FILTER (part = 'input') AS input_lines
FROM checked_tax_line
GROUP BY company_id, voucher_id, vat_code, standard_vat_code;

-- The same with what it should be: base × rate (output, as the ledger signs it)
-- and base × rate × deductible share (input). Where the share is the company's
-- own, any input between nothing and the full VAT is as expected. Rounding: one
-- øre per line, and a thousandth of the full VAT where the share is a fraction
-- that six decimals cannot hold. Margin and special-basis codes have no rate and
-- are not recomputed. The legs of a reverse charge belong together even where each
-- has an own code of its own.
CREATE OR REPLACE TEMP VIEW recomputed_vat AS
WITH paired AS (
  SELECT v.* FROM checked_vat AS v
  SEMI JOIN (SELECT vat_code FROM checked_code WHERE treatment <> 'reverse_charge') AS s
    ON s.vat_code = v.standard_vat_code
  UNION ALL
  SELECT v.company_id, v.voucher_id, min(v.vat_code), v.standard_vat_code,
    CAST(sum(v.base) AS DECIMAL(18,2)), CAST(sum(v.output) AS DECIMAL(18,2)),
    CAST(sum(v.input) AS DECIMAL(18,2)),
    CAST(sum(v.base_lines) AS BIGINT), CAST(sum(v.output_lines) AS BIGINT),
    CAST(sum(v.input_lines) AS BIGINT)
  FROM checked_vat AS v
  SEMI JOIN (SELECT vat_code FROM checked_code WHERE treatment = 'reverse_charge') AS s
    ON s.vat_code = v.standard_vat_code
  GROUP BY v.company_id, v.voucher_id, v.standard_vat_code
), stated AS (
  SELECT v.*, s.treatment, s.output_field, s.input_field,
    s.deductible_share AS share,
    CAST(v.base * s.rate AS DECIMAL(18,4)) AS full_vat
  FROM paired AS v JOIN checked_code AS s ON s.vat_code = v.standard_vat_code
  WHERE s.rate IS NOT NULL AND s.treatment IN ('sale', 'sale_zero', 'purchase', 'reverse_charge')
), expected AS (
  SELECT *,
    CASE treatment WHEN 'sale' THEN full_vat
      WHEN 'reverse_charge' THEN -full_vat ELSE 0 END AS expected_output,
    CASE WHEN treatment NOT IN ('purchase', 'reverse_charge')
        OR input_field = '' THEN 0
      WHEN share IS NULL
        THEN least(greatest(input, least(full_vat, 0)), greatest(full_vat, 0))
      ELSE full_vat * share END AS expected_input,
    0.01 * (base_lines + output_lines + input_lines)
      + CASE WHEN share > 0 AND share < 1 THEN 0.001 * abs(full_vat) ELSE 0 END AS tolerance
  FROM stated
)
SELECT *, output - expected_output AS output_off, input - expected_input AS input_off
FROM expected;

-- Per code over the period, reverse charge left to its own rule.
CREATE OR REPLACE TEMP TABLE recomputed_code AS
SELECT company_id, vat_code, standard_vat_code, sum(base) AS base,
  sum(output) AS output, sum(expected_output) AS expected_output,
  sum(input) AS input, sum(expected_input) AS expected_input, sum(tolerance) AS tolerance
FROM recomputed_vat
WHERE treatment <> 'reverse_charge'
GROUP BY company_id, vat_code, standard_vat_code;

-- Vouchers and codes beyond their tolerance.
CREATE OR REPLACE TEMP TABLE vat_off AS
SELECT * FROM recomputed_vat
WHERE abs(output_off) > tolerance OR abs(input_off) > tolerance;
