"""The parts of bank statements."""
