"""A vantage point's answers as zones, for transfers: `visible` where nobody forwards, `transferable` everywhere."""
