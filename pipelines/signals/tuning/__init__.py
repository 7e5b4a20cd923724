"""Tunes the encoder on gold: `python -m pipelines.signals.tuning GOLD ... --out FOLDER`, once and offline.

Nothing here runs in a stream. Needs JAX, Optax and ONNX, which come with the `dev` extra, and the package of the base model
(`requirements/model.txt`).
"""
