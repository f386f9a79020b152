"""Statistics of what was filed: sums by group of companies, made safe to publish."""
