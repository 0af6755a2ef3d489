"""Every endpoint from every vantage point.

In: a topology. Out: the matrix, the difference of two matrices, and the properties that do not hold. `reach` says which
private endpoints count where; `all_answers` groups vantage points that get equal answers, so that each answer is
resolved once; `forked` spreads registries over processes; `rows` and `properties` judge the answers. `matrix` has the
`Estate`: registries sorted into kinds, of which one each is asked for. `changed` compares two estates kind by kind;
`diff` and `propagation` say what a change does, and when clients see it; `repeat` asks one question again over time.
"""
