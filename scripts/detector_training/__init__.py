"""How the shared encoder is trained: its network, its epochs, its export, its figures. Needs torch."""
