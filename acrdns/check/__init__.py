"""Judgement: expectation, findings, codes, severity profile, rules."""
