"""The parts of GnuCash."""
