"""The parts of Dinero."""
