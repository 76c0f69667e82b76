"""The record and what is made of it: ledger, sealing, verification, replay."""
