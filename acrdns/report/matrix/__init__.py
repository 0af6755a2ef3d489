"""Reports of `acrdns matrix`: endpoints by vantage points, written row by row so that a big one fits into memory."""
