"""The fixes of findings, proved by the model: each is made, and the topology judged again.

In: a topology's findings. Out: findings with fixes that hold (`prover`), one for each defect (`explained`), and such
that none is taken back later (`lasting`). `proved` has what both return, `explains` which cause explains what is wrong.
A large estate's fixes are proved on a few of its registries (`sample`).
"""
