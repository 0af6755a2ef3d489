"""DNS messages: read, written, compressed."""
