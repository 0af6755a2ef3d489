"""Zone transfers: AXFR, IXFR, NOTIFY, TSIG."""
