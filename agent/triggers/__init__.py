"""The detectors that hear when a person is better than the AI: one file per trigger, one shape."""
