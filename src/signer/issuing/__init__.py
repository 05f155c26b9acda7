"""Issuing: verified shots become signed certificates, after the keys have passed their preflight."""
