"""The parts of Beancount."""
