"""Who asks: allowed networks, client subnet, cookies, rate limits."""
