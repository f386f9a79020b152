-- How figures are written in explanations, and the exact arithmetic of ratios. Nothing here is a
-- floating-point number.
-- Nearly every figure is whole and fits a BIGINT, which is written many times faster.
CREATE OR REPLACE TEMP MACRO plain(x) AS
    CASE
        WHEN x = trunc(x) AND abs(x) < 1000000000000000 THEN format('{:,}', CAST(x AS BIGINT))
        ELSE CASE WHEN x < 0 THEN '-' ELSE '' END
            || format('{:,}', CAST(trunc(abs(CAST(x AS DECIMAL(38, 10)))) AS HUGEINT))
            || rtrim(rtrim(
                '.' || split_part(CAST(abs(CAST(x AS DECIMAL(38, 10))) AS VARCHAR), '.', 2),
                '0'), '.')
    END;
CREATE OR REPLACE TEMP MACRO in_unit(x, unit) AS
    plain(x) || CASE
        WHEN unit = 'DKK' THEN ' kr'
        WHEN unit = 'employees' AND x = 1 THEN ' employee'
        WHEN unit = 'employees' THEN ' employees'
        ELSE ''
    END;
CREATE OR REPLACE TEMP MACRO days(a, b) AS CAST(a AS VARCHAR) || ' – ' || CAST(b AS VARCHAR);
-- n / d in whole parts of 1/scale, halves away from zero; n and d are HUGEINT.
CREATE OR REPLACE TEMP MACRO divided(n, d, scale) AS
    CAST(sign(n) * sign(d) AS HUGEINT) * ((2 * abs(n) * scale + abs(d)) // (2 * abs(d)));
CREATE OR REPLACE TEMP MACRO oere(x) AS CAST(x * 100 AS HUGEINT);
CREATE OR REPLACE TEMP MACRO percent(part, whole) AS
    CASE divided(oere(abs(part)), oere(abs(whole)), 1000)
        WHEN 0 THEN 'under 0.1 %'
        ELSE plain(
            CAST(divided(oere(abs(part)), oere(abs(whole)), 1000) AS DECIMAL(28, 0)) * 0.1) || ' %'
    END;
