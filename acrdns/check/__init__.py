"""Judgement: what should an endpoint resolve to, what does it resolve to, why not, and what mends it.

In: a topology, and for `check` what a resolver answered. Out: findings, each with a code, a message, a place and a fix;
for `matrix` and `diff`, every endpoint from every vantage point. Read in this order:

    evidence, expectation   a case: what is expected (without the engine) and what was observed
    simulate, endpoints     cases from the simulation; the endpoints that a probe should ask for
    estate/                 every endpoint from every vantage point: matrix, diff, proven properties
    causes/                 zones, links, routes and gaps of the file, for the rules of `lint`
    answers/                which defect an observed answer shows, for the rules of `check`
    facts                   one run: all of the above, each part worked out once
    firewall/               flows by operation, the allow-lists of firewalls, and lists held against them
    plan/                   addresses of private endpoints, and the order of changes
    rule, rules/            the table of codes; one rule a file, from facts to findings
    lint, judge             run rules; severity is policy (profile)
"""
