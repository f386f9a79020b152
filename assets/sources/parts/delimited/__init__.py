"""The parts of delimited files."""
