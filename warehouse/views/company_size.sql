-- How large a registered company is: one row for each. The only place where classes of size begin
-- and end.
--
-- cvr: the company's CVR number
-- size: registered employees: 0, 1-9, 10-49, 50-249 or 250+; null where unknown
SELECT
    cvr,
    CASE
        WHEN employees = 0 THEN '0'
        WHEN employees < 10 THEN '1-9'
        WHEN employees < 50 THEN '10-49'
        WHEN employees < 250 THEN '50-249'
        WHEN employees >= 250 THEN '250+'
    END AS size
FROM registered_company
