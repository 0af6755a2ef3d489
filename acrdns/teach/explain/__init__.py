"""The formats of `acrdns explain`: `text`, `markdown` and `json` for stdout, `page` for one HTML file.

In: an `explained.Explained`. Out: text. `document` has the dataclasses of the JSON, whose schema lies one folder up.
"""
