"""Cross-report checks: what a company told in one report against what it told in another."""
