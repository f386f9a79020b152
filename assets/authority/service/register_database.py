"""The register's SQLite file: its tables, and how it is opened.

Belongs here: shapes of rows and the file. Does not: what they mean (`register`, `mandates`,
`reads`).
"""

import sqlite3
from pathlib import Path

from assets.authority.service.database import transaction
from warehouse.errors import SettingsError

FILE = "register.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS company (
  cvr TEXT PRIMARY KEY, se_number TEXT NOT NULL UNIQUE, name TEXT NOT NULL, legal_form TEXT,
  industry TEXT, municipality TEXT, employees INTEGER, registered_from TEXT, registered_to TEXT)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS duty (
  cvr TEXT NOT NULL, report_type TEXT NOT NULL, valid_from TEXT NOT NULL, frequency TEXT NOT NULL,
  valid_to TEXT, year_end TEXT, company_class TEXT, first_year_end TEXT,
  PRIMARY KEY (cvr, report_type, valid_from)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS due_date (
  cvr TEXT NOT NULL, report_type TEXT NOT NULL, period_end TEXT NOT NULL, due_date TEXT NOT NULL,
  PRIMARY KEY (cvr, report_type, period_end)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mandate (
  cvr TEXT NOT NULL, grantee TEXT NOT NULL, entitlement TEXT NOT NULL, report_type TEXT NOT NULL,
  granted_at TEXT NOT NULL, withdrawn_at TEXT, valid_to TEXT,
  PRIMARY KEY (cvr, grantee, entitlement, report_type, granted_at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS read_log (
  sequence INTEGER PRIMARY KEY, read_at TEXT NOT NULL, reader TEXT NOT NULL, cvr TEXT NOT NULL,
  what TEXT NOT NULL, subject TEXT NOT NULL, purpose TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS read_log_of_company ON read_log (cvr, sequence);
"""
# A register made before this column was.
_HAS_FIRST_YEAR = "SELECT 1 FROM pragma_table_info('duty') WHERE name = 'first_year_end'"


def prepared(folder: Path) -> Path:
    """The register's file in an authority's folder, made where there is none.

    Raises: SettingsError when there is something else by that name.
    """
    path = folder / FILE
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with transaction(path) as con:
            con.executescript("PRAGMA journal_mode=WAL;" + _SCHEMA)
            if not con.execute(_HAS_FIRST_YEAR).fetchall():
                con.execute("ALTER TABLE duty ADD COLUMN first_year_end TEXT")
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise SettingsError(
            f"The authority's register {path} cannot be read: {error}. Put back the file as it "
            "was, or delete it and register the companies again."
        ) from error
    return path
