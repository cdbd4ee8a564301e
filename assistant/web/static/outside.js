/* What the page has to do with what is around it: the size of its frame, a sign-on that ends, a
   house that is full. Loaded before Gradio, whose requests it looks at and never changes. */
(() => {
  "use strict";
  const about = JSON.parse(document.getElementById("c5-about").textContent);
  const base = new URL("..", document.currentScript.src);

  /* ---- a frame only as high as there is something to see ---- */
  let host = null;
  let told = 0;
  function size() {
    if (!host || !document.body) return;
    const rest = (element) => (element ? element.scrollHeight - element.clientHeight : 0);
    const log = document.querySelector("#c5-log [role=log]");
    const talking = document.body.classList.contains("c5-talking");
    const inside = talking ? log : document.getElementById("c5-empty");
    const height = document.body.classList.contains("c5-reading") ? 9999 : innerHeight + rest(inside);
    if (height === told) return;
    told = height;
    parent.postMessage({ type: "c5:size", height }, host);
  }
  if (parent !== window) {
    addEventListener("message", (event) => {
      if (event.source !== parent || ![location.origin, ...about.origins].includes(event.origin)) return;
      if (event.data?.type === "c5:hello") { host = event.origin; told = 0; size(); }
    });
    addEventListener("resize", size);
    document.addEventListener("DOMContentLoaded", () => {
      new MutationObserver(() => requestAnimationFrame(size))
        .observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
    });
  }

  /* ---- words in the place of an answer that cannot come ---- */
  const say = (key) => about.strings[document.documentElement.lang]?.[key] ?? about.strings[about.language][key];
  function notice(key, again) {
    document.getElementById("c5-notice")?.remove();
    const place = document.createElement("div");
    place.id = "c5-notice";
    place.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = say(key);
    place.append(words);
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = say(again);
      // in a tab of its own: this page keeps its talk, and a sign-on page may refuse to be framed
      button.addEventListener("click", () => { open(base, "_blank", "noopener"); place.remove(); });
      place.append(button);
    } else setTimeout(() => place.remove(), 10000);
    document.body.append(place);
  }

  const ours = (url) => url.origin === base.origin && url.pathname.startsWith(base.pathname);
  function judge(url, response) {
    if (!ours(url)) return;
    // a proxy whose session is over says so with 401, or with the page where one signs on
    const elsewhere = response.redirected && !ours(new URL(response.url));
    const page = (response.headers.get("content-type") || "").startsWith("text/html");
    const data = /\/(queue\/join|queue\/data|api\/documents|ui-suggestions)$/.test(url.pathname);
    if (response.status === 401 || elsewhere || (data && response.ok && page)) notice("signed_out", "sign_in");
    else if (response.status === 503 && url.pathname.endsWith("/queue/join")) notice("busy");
    else if (response.status === 429 && url.pathname.endsWith("/queue/join")) notice("busy");
  }
  const real = window.fetch;
  window.fetch = async (...request) => {
    const asked = request[0] instanceof Request ? request[0].url : request[0];
    const response = await real(...request);
    try { judge(new URL(asked, location.href), response); } catch { /* never in the way */ }
    return response;
  };
})();
