"""Reports of `acrdns firewall --check`: what a list lacks, and what it allows beyond need."""
