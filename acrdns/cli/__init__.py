"""The command line: one command a file; it parses, calls and prints. Print and exit codes are here and nowhere else."""
