"""Exporters: `zonefile` writes zones as master files (RFC 1035), `secondaries` configurations of secondary servers."""
