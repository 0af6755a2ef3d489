"""Ask real resolvers many questions at once, and read what they answer.

In: names and a `Resolver`. Out: one `Observation` per name, in the order of the names. Read in this order:

- `resolver` and `question`: whom to ask, and the query of one question;
- `observation`: the result for one name, which the simulation gives in the same form;
- `ask`: `observe`, the entry point: an A and an AAAA question for each name; `interrupt` delays Ctrl-C in it;
- `window`: sends many queries at once, repeats lost ones, and owns the sockets;
- `response`: turns the octets of one response into a `Reading`;
- `answer`, `saved` and `collected`: answers in files, which `--save` wrote.
"""
