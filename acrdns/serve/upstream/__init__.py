"""Names that are not simulated, asked of a real resolver."""
