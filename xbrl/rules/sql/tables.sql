-- What every rule set works with: what is judged, by which rules, and what was found.
-- The rules' own rows (`xbrl.rules.rows`) stand beside; a rule set's own working tables in its folder.

-- One instance that is judged. Grain: filing and target, numbered. `regime` is null where none fits.
CREATE OR REPLACE TEMP TABLE judged (
  n INTEGER, filing_id VARCHAR, target VARCHAR, file VARCHAR, kind VARCHAR, entity_identifier VARCHAR,
  entry_point VARCHAR, regime VARCHAR
);

-- One place where a rule is broken. `file` and `line` are null where the first fact's hold.
CREATE OR REPLACE TEMP TABLE found (
  n INTEGER, rule VARCHAR, message VARCHAR, facts INTEGER[], file VARCHAR, line INTEGER
);

CREATE OR REPLACE TEMP MACRO period_text(kind, first_day, last_day) AS
  CASE kind WHEN 'duration' THEN first_day || ' to ' || last_day
    WHEN 'instant' THEN 'at ' || last_day ELSE 'forever' END;

-- A value as a message shows it: the beginning of a long one, on one line.
CREATE OR REPLACE TEMP MACRO shown(text) AS
  CASE WHEN text IS NULL THEN 'nil' WHEN length(text) > 80
    THEN left(regexp_replace(text, '\s+', ' ', 'g'), 79) || '…'
    ELSE regexp_replace(text, '\s+', ' ', 'g') END;
