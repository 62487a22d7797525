"""Chat models: profiles, answer strategies, the local and the embedded model."""
