"""The parts of Billy."""
