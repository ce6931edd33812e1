"""Forged answers of security keys; see webauthn.py."""
