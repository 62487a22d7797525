"""Fixtures of the browser tests, for every file in this folder."""

from tests.e2e.pages_kit import customer, pages_browser, pages_files, pages_server, person, shop_page

__all__ = ["customer", "pages_browser", "pages_files", "pages_server", "person", "shop_page"]
