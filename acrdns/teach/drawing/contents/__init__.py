"""The contents of a picture before anything is placed: `lanes`, `endpoints`, and the question's way as `edges`."""
