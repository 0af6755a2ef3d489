"""Templates of Azure Resource Manager, and Bicep that was compiled to them: what they deploy, as far as it can be said.

Read in this order: `expressions` (text to a tree), `functions` (the functions that names and identifiers are made
with), `evaluation` (the values of one template), `deployment` (its resources one by one).
"""
