"""What a vantage point sees, written as zones: for transfers and for the tables of `serve`."""
