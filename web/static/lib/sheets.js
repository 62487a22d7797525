/** Style sheets for a shadow root, fetched as files: allowed by a page's strict style-src, and written once. */

/** @param {...string} names files beside lib/, such as "tokens.css" @returns {Promise<CSSStyleSheet[]>} */
export function loadSheets(...names) {
  return Promise.all(
    names.map(async (name) => {
      const response = await fetch(new URL(`../${name}`, import.meta.url));
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(response.ok ? await response.text() : "");
      return sheet;
    }),
  );
}
