"""The contents of a picture before anything has coordinates: `lanes`, `endpoints`, and the question's `way`."""
