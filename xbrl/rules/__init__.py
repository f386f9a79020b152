"""An authority's filing rules, declared over the fact tables."""
