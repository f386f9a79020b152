"""SQL of the views that people ask, one file each."""
