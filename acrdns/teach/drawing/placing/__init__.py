"""From contents to coordinates: `columns`, then `place` for lanes and boxes, `route` for lines, `discs` for numbers."""
