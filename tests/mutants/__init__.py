"""Mutation testing: small faults put into a module; the tests must see each (script/mutants)."""
