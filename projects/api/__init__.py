"""The frame of every API: who calls, how often, in which form, and how errors are told."""
