"""Taxonomies: packages, discovery, concepts, networks, and their compiled tables."""
