"""Migrations of the operations database; `Operations.open` runs them."""
