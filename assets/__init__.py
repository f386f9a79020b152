"""The line: source → ledger → checks → report → filing → delivery → receipt → warehouse."""
