"""Programs for whoever works on Baton: figures, training, vendor files."""
