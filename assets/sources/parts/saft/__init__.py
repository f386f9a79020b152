"""The parts of SAF-T."""
