"""Images and the ledger of storage, as staff see them."""

from generations.images.admin.images import ImageAdmin
from generations.images.admin.intents import StorageIntentAdmin

__all__ = ["ImageAdmin", "StorageIntentAdmin"]
