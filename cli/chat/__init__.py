"""`baton chat`: a client of the API in the terminal."""
