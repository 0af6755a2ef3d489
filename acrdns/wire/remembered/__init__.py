"""Answers that are known before they are worked out."""
