"""The formats of `acrdns graph` beside SVG: a `diagram` of nodes and edges, written as `mermaid` or `dot`."""
