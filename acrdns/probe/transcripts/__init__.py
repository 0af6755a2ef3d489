"""Output of other tools: dig, nslookup, Resolve-DnsName and the like.

In: the octets of a file. Out: answers, and the lines that were not understood. Read in this order:

- `lines`: octets to lines, without log prefixes and colours; lines of several pods apart;
- `command`: command lines in a transcript: which tool asks for which name;
- `block`: the lines that one question printed, as an answer;
- `parsers`: a file for each tool, found by `read`;
- `read`: lines to blocks;
- `recipes`: the commands to run elsewhere.
"""
