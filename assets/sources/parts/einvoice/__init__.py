"""The parts of e-invoices."""
