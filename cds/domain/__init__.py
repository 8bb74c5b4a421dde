"""The ground floor: facts, three-valued criteria, rules and their evaluation. Standard library only."""
