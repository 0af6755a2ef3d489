"""Every endpoint from every vantage point: matrix, diff, and what they share."""
