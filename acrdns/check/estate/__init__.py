"""Every endpoint from every vantage point.

In: a world. Out: the matrix, the difference of two matrices, and the properties that do not hold. `reach` says which
private endpoints count where; `all_answers` groups vantage points that get equal answers, so that each answer is
resolved once; `forked` spreads registries over processes; `matrix` and `properties` judge the answers; `diff` and
`heal` compare two topologies, and say when clients see a change; `repeat` asks one question again over time.
"""
