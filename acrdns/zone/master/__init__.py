"""Master files (RFC 1035): read and written."""
