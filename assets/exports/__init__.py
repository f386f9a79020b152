"""The books of one company and fiscal year, in forms that others read."""
