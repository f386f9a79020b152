"""What the specifications say a valid instance and taxonomy are."""
