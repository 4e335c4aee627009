"""Hot statements, compiled once.

Building a statement costs the ORM several times what running it and making an object of its answer cost. A compiled
one keeps what the compiler made and takes only the values anew. Rows become objects just as Django's own ModelIterable
makes them. Without it a GET of a generation takes 3.1 times the CPU time, a POST 2.2 times; a SELECT or an UPDATE 3 to
13 times, the claim more than 20 times, and a plain INSERT 1.4 to 2.2 times. So a statement belongs here which every
request or every job runs, and no other.

This leans on parts of the ORM that Django does not promise to keep, so there is a way out: with COMPILED_QUERIES off,
each call builds its statement by Django's public API, with the same results. `make test-newest` tries both on the
newest Django.
"""

from projects.compiled_queries.parameters import Parameter, bind
from projects.compiled_queries.reading import CompiledCount, CompiledQuery
from projects.compiled_queries.writing import CompiledInsert, CompiledUpdate

__all__ = ["CompiledCount", "CompiledInsert", "CompiledQuery", "CompiledUpdate", "Parameter", "bind"]
