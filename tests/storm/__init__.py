"""The storm: thousands of jobs while everything that can break does, and a count of what was lost or doubled.

Outside of the product: a plan by a seed, servers, clients, faults, a watch, and an oracle that imports nothing of ours.
``inside`` is what the product's own processes load: a provider and a storage that misbehave by the plan.
"""
