"""Turn the octets of one response into a `Reading`.

In: octets and the question. Out: outcome, addresses, alias chain, TTL and details. Each reader hands what it does not
know to the next; all give the same for the same octets. Read in this order:

- `reading`: the result, and how rcode, chain and addresses make an outcome;
- `repeated`: compares a response with the pattern of an earlier one;
- `fast`: parses common responses straight from their octets;
- `careful`: parses all others with dnspython, or asks for another try.
"""
