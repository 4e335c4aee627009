"""The channel on which whoever waits for a generation hears that it has changed.

A notice only says "look at the row again", as the bell does for workers: what was missed costs time and nothing else.
On PostgreSQL it is a NOTIFY inside the transaction that changes the row, and each process that waits listens on one
connection of its own; on SQLite, where web and worker are one process, it stays in memory.
"""

from generations.notifications.channel import CHANNEL, hush, notifications, notify, notify_all, subscribe
from generations.notifications.subscriptions import Subscription

__all__ = ["CHANNEL", "Subscription", "hush", "notifications", "notify", "notify_all", "subscribe"]
