"""The parts of Business Central."""
