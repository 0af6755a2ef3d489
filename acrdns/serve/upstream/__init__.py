"""Ask real resolvers about names that are not simulated.

In: queries that the simulation refused as not its own. Out: the replies for the clients, later. One process asks for
all workers, so that an answer is remembered whichever worker got the query, and across reloads. Read in this order:

- `relay`: carries queries and replies between the workers and that process;
- `waiting`: the queries that wait, and which one makes room for another; `unanswered`: zones whose names are not asked;
- `ask`: `Upstream` answers a query from the cache or by questions;
- `flight`: one question under way: whom it asks, again and in which way;
- `resolvers`: what is known of each resolver; `readers`: watches the sockets.
"""
