"""The parts of Tryton."""
