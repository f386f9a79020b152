"""The parts of SIE 4 and 5."""
