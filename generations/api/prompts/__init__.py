"""Prompts on their own: see and edit what a generation would be asked for, before it is paid for."""
