"""Bytes: from a packet to a question, and from a response to a packet. The only package that imports dnslib."""
