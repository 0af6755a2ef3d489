"""YAML text: read with the place of every value."""
