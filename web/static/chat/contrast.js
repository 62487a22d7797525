/** The shop's brand colour against the text on it: too little contrast is replaced by ink, with a warning. */

const LEAST = 4.5;

/** @param {string} colour anything CSS reads @returns {number[] | null} red, green, blue of 0 to 255 */
function rgb(colour) {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!context || !CSS.supports("color", colour)) return null;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/** @param {number[]} channels */
function luminance(channels) {
  const [r, g, b] = channels.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast of two colours, 1 to 21. @param {number[]} one @param {number[]} other */
export function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {HTMLElement} host the chat, whose page may set --baton-brand and --baton-on-brand */
export function checkBrand(host) {
  const style = getComputedStyle(host);
  const brand = rgb(style.getPropertyValue("--baton-brand").trim());
  const text = rgb(style.getPropertyValue("--baton-on-brand").trim() || "#fff");
  const poor = brand !== null && text !== null && contrast(brand, text) < LEAST;
  host.toggleAttribute("plain-brand", poor);
  if (poor) console.warn("baton-chat: --baton-brand and --baton-on-brand are under 4.5:1; ink is used instead");
}
