"""Performance, measured; never part of the tests."""
