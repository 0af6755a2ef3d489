"""Who may do what: principals, the tokens that they get, and the checks of each request.

Read in this order: `principal`, `tokens` (JSON Web Tokens), `authorize` (a request's Authorization header), `server`
(`/oauth2/token` and `/oauth2/exchange`).
"""
