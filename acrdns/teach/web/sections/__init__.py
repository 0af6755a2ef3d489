"""The parts of the page, each a function from a `View` to HTML. htpy escapes every text."""
