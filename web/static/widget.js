// The loader of the chat: `<script src="https://…/widget.js" async></script>` on any page brings `<baton-chat>`.
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const home = new URL(".", script.src);
  const place = () => {
    if (document.querySelector("baton-chat")) return;
    const chat = document.createElement("baton-chat");
    for (const name of ["identity-token", "lang", "theme", "open", "label"]) {
      const value = script.getAttribute(name) ?? script.getAttribute(`data-${name}`);
      if (value !== null) chat.setAttribute(name, value);
    }
    document.body.append(chat);
  };
  import(new URL("static/chat/baton-chat.js", home).href);
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
})();
