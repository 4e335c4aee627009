"""What lives in a worker's main process beside its jobs."""
