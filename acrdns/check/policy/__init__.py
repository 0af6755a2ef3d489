"""Rules as policy: which findings count, how severe they are, and which are accepted.

In: options, a settings file, and the `accept` entries of a topology. Out: a `Policy`, and findings without those that
it leaves out. Read in this order:

- `codes`: codes, beginnings of codes and names, as people write them;
- `policy`: the choice of codes and severities;
- `settings`: acrdns.toml, or the table of acrdns in pyproject.toml;
- `accepting`: findings that the topology excuses.
"""
