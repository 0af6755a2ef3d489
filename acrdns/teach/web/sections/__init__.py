"""The parts of the page, each a function from a `PageView` to HTML. htpy escapes every text."""
