"""A module for a tool, or for tools that print the same form; `read` says what each module defines."""
