"""The picture that `explain --html`, `graph` and the web page share: lanes for networks, rails for private zones.

In: a `resolve.world.World` and a `resolve.chain.Resolution` of it. Out: SVG text, the same for the same input.

A page calls `picture.draw(world, resolution, step=K, theme=None, standalone=False)` and wraps the text in
`markupsafe.Markup`: everything in it is escaped. With `theme=None` there is no `style` element, so a page with a
strict Content-Security-Policy serves `style.stylesheet()` as part of its own style sheet; every rule is below
`.chain`. Nothing in the picture has an id, and nothing in it can be focused. For scripts, a dot has `data-zone` (the
zone's key) and `data-network`, a lane `data-lane` (its vantage point; class `folded` where it is folded), a line
`data-steps`. `unfolded` names the lanes that stay whole.

Read `scene` (the values), then `contents` (what stands in which lane, and the question's way as edges), `placing`
(coordinates), `build` (all of it) and `svg`.
"""
