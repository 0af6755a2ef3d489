"""The formats of `acrdns graph` other than SVG: a `diagram` of nodes and edges, written as `mermaid` or `dot`."""
