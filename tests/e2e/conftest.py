"""Fixtures of the browser tests, for every file in this folder."""

from pages_kit import customer, pages_browser, pages_files, pages_server, person

__all__ = ["customer", "pages_browser", "pages_files", "pages_server", "person"]
