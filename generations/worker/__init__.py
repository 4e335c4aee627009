"""What a worker does: claim, paint, store, and clear up behind those that died."""
