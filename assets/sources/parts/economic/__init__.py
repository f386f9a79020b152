"""The parts of e-conomic."""
