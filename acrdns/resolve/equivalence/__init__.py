"""Equal answers: `structure` compares vantage points, `everywhere` asks from all of them, `path` compares names."""
