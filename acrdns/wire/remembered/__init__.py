"""Replies that need not be resolved.

In: a packet's octets. Out: the octets of its reply, equal to those that resolving gives, or None. Read in this order:

- `cache`: remembered replies, by the octets of the query in lower case;
- `learnt`: replies to queries that differ in their first label from one that was resolved;
- `family`: such queries, and the tree of lookups that leads to their reply;
- `template`: a reply with blanks for first labels and addresses;
- `denied`: names in zone files whose parent does not exist either;
- `doorkeeper`: keys seen before; learning starts on second sight.
"""
