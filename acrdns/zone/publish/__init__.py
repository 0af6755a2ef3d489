"""The zones of a topology: `public`, `private` and `local` ones, put together by `compile`."""
