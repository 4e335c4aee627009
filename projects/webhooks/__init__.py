"""Webhooks by the Standard Webhooks specification: endpoints of a project, an outbox, signed deliveries.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""
