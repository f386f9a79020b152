"""The parts of Odoo."""
