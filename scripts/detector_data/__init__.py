"""What the detectors learn from: messages written for them, and public data that is given by path."""
