"""Teaching: a chain in words and as a picture, for `explain`, `graph`, the lessons and the web page.

In: a `resolve.world.World` and a `resolve.chain.Resolution` of it. Out: text. Every sentence and every line shows what
the simulation did; what would change a step is simulated as well.

- `words`: who owns the server of a step, why the question went there, what would have changed it; the first step in
  which two resolutions differ.
- `drawing`: the picture, as SVG text.
- `explain`: the formats of `acrdns explain`; `graph`: those of `acrdns graph` other than SVG.
- `web`: the page of `acrdns web`; needs the extra of that name.
- `lessons`: broken topologies to mend, as Markdown; whether a topology solves one, and whether a lesson holds.
"""
