"""ACR15x: properties proven by trying every endpoint from every vantage point."""
