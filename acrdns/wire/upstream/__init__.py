"""Messages to and from a real resolver."""
