"""The parts of hledger."""
