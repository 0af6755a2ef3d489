"""What is published: zones, lookups in them, and zone files."""
