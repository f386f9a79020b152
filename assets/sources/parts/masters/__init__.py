"""Customers and suppliers by a vendor's interface, beside the books it exports as a file."""
