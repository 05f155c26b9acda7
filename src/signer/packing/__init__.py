"""Delivers issued certificates to others: texts, pictures in archives, sheets of paper."""
