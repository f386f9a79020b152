"""The parts of Xero."""
