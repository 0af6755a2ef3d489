"""The page on which one watches a query travel, and changes what decides its way.

In: a topology file, a lesson, the address that a browser asks for. Out: HTML, SVG and YAML. Nothing is kept between two
requests but caches: the address has the question, the step and the edits. Read in this order:

    edits       changes of a topology, as an address has them and as text
    workspace   a file and its edited versions
    state       what an address asks for
    forms       a form that was sent, as edits
    diagnose    answers observed elsewhere, and what explains them
    sections/   the parts of the page, as HTML
    page        the page of a state
    guard       who may ask: Host, Origin, token, sizes, headers
    watch       the query log of a running server
    app         the routes
    run         the socket, until a signal ends it

`static/` has the style, the script, and Idiomorph 0.8.0 with its licence.
"""
