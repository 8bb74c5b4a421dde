"""Heel Numbness CDS: clinical decision support for a numb heel, as a CDS Hooks service."""

__version__ = "0.1.0"
