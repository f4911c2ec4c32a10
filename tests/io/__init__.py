# ruff: noqa: A005  tests mirror src/; this is tests.io, beside no io of its own
