"""Hot statements, compiled once.

Building a statement costs the ORM several times what running it and making an object of its answer cost: it was half
of the CPU time of a request and more of a job's. A prepared one keeps what the compiler made and takes only the values
anew. Rows become objects just as Django's own ModelIterable makes them.

This leans on parts of the ORM that Django does not promise to keep, so there is a way out: with COMPILED_QUERIES off,
each call builds its statement by Django's public API, with the same results. `make test-newest` tries both on the
newest Django.
"""

from projects.compiled_queries.parameters import Parameter, bind
from projects.compiled_queries.reading import PreparedCount, PreparedQuery
from projects.compiled_queries.writing import PreparedInsert, PreparedUpdate

__all__ = ["Parameter", "PreparedCount", "PreparedInsert", "PreparedQuery", "PreparedUpdate", "bind"]
