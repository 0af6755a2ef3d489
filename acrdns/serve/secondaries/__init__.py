"""The hidden primary: transfers, journal, NOTIFY."""
