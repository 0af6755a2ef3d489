"""From the bytes of a response to an observation: fast where it is common, careful where it is not."""
