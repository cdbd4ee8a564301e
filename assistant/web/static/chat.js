/* The page around Gradio: languages, the article beside the talk, citations that open in it.
   No storage but the chosen language; no request to any other host. What the other files of the
   page need of it is in `C5`. */
(() => {
  "use strict";
  const about = JSON.parse(document.getElementById("c5-about").textContent);
  const base = new URL("..", document.currentScript.src);
  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);
  const query = new URLSearchParams(location.search);
  const narrow = matchMedia("(max-width: 899px)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const compact = query.get("view") === "compact";
  if (compact) root.classList.add("c5-compact");

  /* ---- what the other files of the page share ---- */
  const events = new EventTarget();
  const fire = (name, detail = {}) => events.dispatchEvent(new CustomEvent(name, { detail }));
  const on = (name, act) => events.addEventListener(name, (event) => act(event.detail));
  function make(tag, traits = {}, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(traits)) {
      if (name === "onclick") element.addEventListener("click", value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...inside.filter((one) => one != null));
    return element;
  }
  /* all of the page is there; earlier than DOMContentLoaded, which waits for Gradio's scripts */
  function parsed(act) {
    const look = () => { if (document.readyState === "interactive") act(); };
    document.addEventListener("readystatechange", look);
  }
  async function post(path, body) {
    const response = await fetch(new URL(path, base), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (!response.ok) {
      const problem = await response.json().catch(() => ({}));
      throw Object.assign(new Error(problem.detail || String(response.status)), { status: response.status });
    }
    return response;
  }

  /* ---- language ---- */
  const kept = {
    get() { try { return localStorage.getItem("c5-language"); } catch { return null; } },
    set(value) { try { localStorage.setItem("c5-language", value); } catch { /* blocked */ } },
  };
  let language = [query.get("lang"), kept.get(), about.language].find((l) => l && about.strings[l]);

  function say(key, values = {}) {
    return about.strings[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  function speak(chosen) {
    language = chosen;
    face();
    if (document.body) { dress(); offer(); fire("language"); }
  }

  /* also again and again: Gradio sets these by a list of languages of its own */
  function face() {
    put(root, "lang", language);
    put(root, "dir", about.rtl.includes(language) ? "rtl" : "ltr");
    if (document.title !== say("brand")) document.title = say("brand");
  }

  /* Gradio draws its parts when it likes: what they lack is put on after every change. */
  function put(element, name, value) {
    if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  function dress() {
    const box = document.querySelector("#c5-ask textarea");
    if (box && $("c5-log")) fire("box", { box });
    furnish(box);
    face();
    for (const element of document.querySelectorAll("[data-say]")) {
      const words = say(element.dataset.say);
      if (element.textContent !== words) element.textContent = words;
    }
    for (const element of document.querySelectorAll("[data-label]")) {
      put(element, "aria-label", say(element.dataset.label));
      if (element.tagName === "BUTTON") put(element, "title", say(element.dataset.label));
    }
    for (const area of document.querySelectorAll("#c5-ask textarea, #c5-early textarea")) {
      put(area, "placeholder", say("ask_placeholder"));
      put(area, "aria-label", say("ask_label"));
      put(area, "dir", area.value ? "auto" : root.dir);
    }
    for (const [part, key] of [["#c5-ask .submit-button", "send"], ["#c5-early-ask button", "send"], ["#c5-ask .stop-button", "stop"]]) {
      const button = document.querySelector(part);
      put(button, "aria-label", say(key));
      put(button, "title", say(key));
    }
    const log = document.querySelector("#c5-log [role=log]");
    put(log, "aria-label", say("conversation"));
    put(log, "tabindex", "0");
    for (const message of document.querySelectorAll("#c5-log [data-testid=user], #c5-log [data-testid=bot]")) {
      put(message, "aria-label", say(message.dataset.testid === "user" ? "you_asked" : "answer"));
      put(message, "role", "group");
      message.style.textAlign = "start";
      message.removeAttribute("dir");
    }
    const questions = document.querySelectorAll("#c5-log .c5-question");
    document.body.classList.toggle("c5-talking", questions.length > 0);
    if (questions.length !== seen) { seen = questions.length; follow = performance.now() + 4000; }
    const cards = document.querySelectorAll("#c5-log .c5-card").length;
    if (performance.now() < follow && seen) rise(questions[seen - 1]);
    if (cards > answers) { follow = 0; tell("c5:answer"); } // from now on the reader scrolls
    if (cards !== answers) { answers = cards; fire("answers"); }
    put($("c5-languages"), "aria-label", say("language"));
    if ($("c5-languages") && $("c5-languages").value !== language) $("c5-languages").value = language;
    if (!started) start();
    if (!ready && box) { ready = true; fire("ready"); tell("c5:ready"); }
    wish();
  }
  /* what stands inside the talk, once Gradio has drawn it */
  const shell = (name) => $(`c5-shell-${name}`).content.cloneNode(true);
  function furnish(box) {
    const log = $("c5-log");
    if (box && log && !$("c5-empty")) { log.before(shell("welcome")); offer(); } // drawn late, or anew
    if (box && !$("c5-under")) $("c5-ask").after(shell("hint"));
    if (box && !$("c5-filter")) $("c5-ask").before(shell("filter"));
  }
  /* the newest question stays at the top while its answer grows beneath */
  function rise(question) {
    const log = document.querySelector("#c5-log [role=log]");
    const top = question.getBoundingClientRect().top - log.getBoundingClientRect().top - 18;
    if (Math.abs(top) > 1) log.scrollTop += top;
  }
  let follow = 0;
  let answers = 0;
  let seen = 0;
  let started = false; // what stands around the talk can be used
  let ready = false; // and so can the talk
  let due = false;
  function soon() {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; dress(); });
  }

  /* what the server should know beside the question travels in a hidden field */
  function type(area, value) {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, value);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function wish() {
    const area = document.querySelector("#c5-wish textarea");
    const said = { language, documents: asked.size ? [...asked] : null, resume: resuming };
    const value = JSON.stringify(said);
    if (area && area.value !== value) type(area, value);
  }

  const asked = new Set(); // articles; empty means all
  let resuming = "";
  /* a page that was loaded anew shows its talk again, which the server still remembers; Gradio may
     not listen yet, so it is asked for until it is there, or the reader has begun another */
  function resume(name, wait = 60) {
    resuming = name;
    wish();
    setTimeout(() => {
      if (seen || resuming !== name) return;
      $("c5-resume")?.click();
      if (wait < 10_000) resume(name, 2 * wait);
    }, wait);
  }

  /* ---- asking ---- */
  function ask(question) {
    const box = document.querySelector("#c5-ask textarea");
    if (!box || $("c5-early")) { fire("early", { question }); return; }
    type(box, question);
    setTimeout(() => document.querySelector("#c5-ask .submit-button")?.click(), 60);
  }

  let offered = null;
  async function suggest(tries = 20) {
    try { offered = await (await fetch(new URL("ui-suggestions", base))).json(); } catch { /* asked again */ }
    offer();
    if (!offered?.ready && tries) setTimeout(() => suggest(tries - 1), 1000);
  }
  function offer() {
    const list = $("c5-suggested");
    if (!list) return;
    const found = offered?.questions[language] || [];
    list.replaceChildren(...found.map((question) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.className = "c5-suggestion";
      link.setAttribute("role", "button");
      link.href = "#ask=" + encodeURIComponent(question);
      link.dir = "auto";
      link.textContent = question;
      item.append(link);
      return item;
    }));
    $("c5-try").hidden = !found.length;
  }

  /* ---- the article ---- */
  const texts = new Map();
  let shown = null;
  let walk = { links: [], at: 0 };
  let request = 0;

  async function article(id) {
    const key = `${id} ${language}`;
    if (!texts.has(key)) {
      const url = new URL(`ui-article/${encodeURIComponent(id)}?lang=${language}`, base);
      const response = await fetch(url);
      if (!response.ok) throw new Error(String(response.status));
      texts.set(key, await response.text());
    }
    return texts.get(key);
  }

  async function show(id) {
    const holder = $("c5-holder");
    const key = `${id} ${language}`;
    if (shown === key) return true;
    const mine = ++request;
    if (!texts.has(key)) holder.textContent = say("loading");
    try {
      const html = await article(id);
      if (mine !== request) return false;
      holder.innerHTML = html; // made and escaped by our own server
      shown = key;
      $("c5-articles").value = id;
      $("c5-articles").dir = $("c5-articles").selectedOptions[0]?.dir || "auto";
      holder.scrollTop = 0;
      return true;
    } catch {
      if (mine === request) { holder.textContent = say("load_failed"); shown = null; }
      return false;
    }
  }

  /* offsets count characters, JavaScript counts UTF-16 units */
  function units(text, characters) {
    let at = 0;
    for (let n = 0; n < characters && at < text.length; n++) at += text.codePointAt(at) > 0xffff ? 2 : 1;
    return at;
  }
  const characters = (text) => { let n = 0; for (const _ of text) n++; return n; };

  function mark(block, start, end, kind) {
    const nodes = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) found.push(node);
    let at = Number(block.dataset.start);
    for (let node of found) {
      const length = characters(node.data);
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, length);
      at += length;
      if (from >= to) continue;
      const first = units(node.data, from);
      const last = units(node.data, to);
      if (last < node.data.length) node.splitText(last);
      if (first) node = node.splitText(first);
      const around = document.createElement("mark");
      around.className = kind;
      node.replaceWith(around);
      around.append(node);
    }
  }

  function unmark() {
    for (const old of document.querySelectorAll("#c5-holder mark")) old.replaceWith(...old.childNodes);
    for (const block of document.querySelectorAll("#c5-holder .c5-block")) {
      block.normalize();
      block.classList.remove("c5-cited");
    }
    for (const text of document.querySelectorAll("#c5-holder .c5-block-translation")) text.hidden = true;
  }

  async function cite(link) {
    const where = new URLSearchParams(link.hash.slice(1));
    const mine = link;
    const card = link.closest(".c5-card");
    const links = [...new Map([...(card?.querySelectorAll("a[href*='doc=']") || [link])]
      .map((other) => [other.hash, other])).values()];
    walk = { links, at: Math.max(0, links.findIndex((other) => other.hash === link.hash)), from: link };
    raise();
    fire("cited");
    if (!(await show(where.get("doc"))) || walk.from !== mine) return;
    const version = where.get("v");
    if (version && version !== $("c5-text")?.dataset.version) {
      unmark();
      toast(say("article_changed"));
    } else highlight(where);
    for (const chip of document.querySelectorAll(".c5-now")) {
      chip.classList.remove("c5-now");
      chip.removeAttribute("aria-current");
    }
    for (const other of card?.querySelectorAll("a[href*='doc=']") || [link]) {
      if (other.hash === link.hash) { other.classList.add("c5-now"); other.setAttribute("aria-current", "true"); }
    }
    $("c5-walk").hidden = links.length < 2;
    $("c5-back").hidden = false;
    $("c5-position").textContent = say("position", { number: walk.at + 1, count: links.length });
  }

  function highlight(where) {
    unmark();
    const [start, end] = [Number(where.get("s")), Number(where.get("e"))];
    let cited = null;
    for (const block of document.querySelectorAll("#c5-holder .c5-block")) {
      if (Number(block.dataset.end) <= start || Number(block.dataset.start) >= end) continue;
      mark(block, start, end, "c5-quote");
      if (where.has("a")) mark(block, Number(where.get("a")), Number(where.get("z")), "c5-answer");
      block.classList.add("c5-cited");
      for (let next = block.nextElementSibling; next?.matches(".c5-block-translation"); next = next.nextElementSibling) {
        next.hidden = next.lang !== language;
      }
      cited ||= block;
    }
    const target = document.querySelector("#c5-holder mark") || cited;
    const holder = $("c5-holder");
    if (target) {
      const top = target.getBoundingClientRect().top - holder.getBoundingClientRect().top;
      holder.scrollTo({ top: holder.scrollTop + top - holder.clientHeight / 3, behavior: calm.matches ? "auto" : "smooth" });
    }
    holder.focus({ preventScroll: true });
  }

  const sheet = () => narrow.matches;
  function raise() {
    document.body.classList.add("c5-reading");
    if (!sheet()) return;
    put($("c5-reader"), "role", "dialog");
    put($("c5-reader"), "aria-modal", "true");
    behind(true);
    // the way back of a phone closes the sheet and leaves the talk where it is
    if (history.state?.c5 !== "sheet") history.pushState({ c5: "sheet" }, "");
  }
  const behind = (still) => {
    for (const part of document.querySelectorAll("gradio-app, .c5-bar")) part.inert = still;
  };
  function lower() {
    if (history.state?.c5 === "sheet") history.back();
    document.body.classList.remove("c5-reading");
    put($("c5-reader"), "role", "complementary");
    $("c5-reader").removeAttribute("aria-modal");
    behind(false);
    walk.from?.isConnected && walk.from.focus();
  }
  function step(by) {
    const count = walk.links.length;
    if (!count) return;
    const next = walk.links[(walk.at + by + count) % count];
    if (next.isConnected) cite(next);
  }

  async function library() {
    let documents = [];
    try { documents = (await (await fetch(new URL(`ui-library?lang=${language}`, base))).json()).documents; } catch { return; }
    $("c5-articles").replaceChildren(...documents.map((document_) => {
      const option = document.createElement("option");
      option.value = document_.id;
      option.textContent = document_.shown;
      option.dir = document_.side;
      return option;
    }));
    const open = $("c5-text")?.dataset.document; // opened before its name was known here
    if (open) $("c5-articles").value = open;
    $("c5-articles").disabled = documents.length < 2;
    if (documents.length && !shown && !request) await show(documents[0].id);
  }

  /* ---- copying ---- */
  async function clip(text, told = say("copied")) {
    let done = false;
    try { await navigator.clipboard.writeText(text); done = true; } catch {
      // plain http: browsers offer only the old way
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "c5-hidden";
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
    }
    toast(done ? told : say("copy_failed"));
  }

  let gone;
  function toast(words) {
    let place = $("c5-toast");
    if (!place) {
      place = document.createElement("div");
      place.id = "c5-toast";
      place.setAttribute("role", "status");
      document.body.append(place);
    }
    place.textContent = words;
    place.className = "c5-up";
    clearTimeout(gone);
    gone = setTimeout(() => { place.className = ""; place.textContent = ""; }, 2500);
  }

  /* ---- the page that frames us: heard only if its origin is on the list, and told only then ---- */
  let host = null;
  function tell(type) { if (host) parent.postMessage({ type }, host); }
  if (parent !== window) addEventListener("message", (event) => {
    if (event.source !== parent || ![location.origin, ...about.origins].includes(event.origin)) return;
    const { type, question } = event.data || {};
    if (type === "c5:hello") { host = event.origin; if (ready) tell("c5:ready"); }
    if (type === "c5:ask" && typeof question === "string" && host) ask(question.slice(0, 2000));
  });

  /* ---- what is clicked and typed ---- */
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (!link || link.classList.contains("c5-skip")) return;
    event.preventDefault();
    const where = new URLSearchParams(link.hash.slice(1));
    if (where.has("use")) fire("use", { where, link });
    else if (where.has("ask")) ask(where.get("ask"));
    else if (where.has("doc")) cite(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches?.("a[role=button]")) { event.preventDefault(); event.target.click(); }
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    if (sheet() && document.body.classList.contains("c5-reading")) lower();
    else if (walk.from?.isConnected && $("c5-reader").contains(document.activeElement)) walk.from.focus();
    else tell("c5:close");
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("#c5-ask textarea")) soon();
  });

  function start() {
    started = true;
    $("c5-languages").value = language;
    $("c5-languages").addEventListener("change", (event) => {
      kept.set(event.target.value);
      speak(event.target.value);
      const id = $("c5-articles").value;
      if (id) show(id);
    });
    $("c5-articles").addEventListener("change", (event) => {
      $("c5-walk").hidden = $("c5-back").hidden = true;
      show(event.target.value);
    });
    $("c5-open-reader").addEventListener("click", () => {
      if (!sheet()) { $("c5-holder").focus(); return; }
      walk = { links: [], at: 0, from: $("c5-open-reader") };
      raise();
      $("c5-holder").focus();
    });
    $("c5-new").addEventListener("click", () => { resuming = ""; fire("new"); $("c5-restart").click(); document.querySelector("#c5-ask textarea")?.focus(); });
    $("c5-close").addEventListener("click", lower);
    $("c5-veil").addEventListener("click", lower);
    $("c5-back").addEventListener("click", () => (sheet() ? lower() : walk.from?.focus()));
    $("c5-previous").addEventListener("click", () => step(-1));
    $("c5-next").addEventListener("click", () => step(1));
    fire("started");
    const linked = new URLSearchParams(location.hash.slice(1));
    if (linked.has("doc")) { // from the page behind a link
      const there = make("a", { href: location.hash });
      history.replaceState(history.state, "", location.pathname + location.search);
      cite(there);
    }
  }

  addEventListener("popstate", () => { if (document.body.classList.contains("c5-reading")) lower(); });
  if (history.state?.c5 === "sheet") history.replaceState(null, "");
  window.C5 = {
    $, about, base, calm, make, on, fire, post, say, put, toast, clip, show, raise, lower, narrow, library,
    asked, ask, characters, query, resume, type, parsed, dress: soon, get language() { return language; },
    fresh() { texts.clear(); shown = null; },
    asking() { wish(); },
  };
  narrow.addEventListener("change", () => { if ($("c5-reader")) lower(); });
  speak(language);
  parsed(() => {
    new MutationObserver(soon).observe(root, { attributes: true, attributeFilter: ["lang", "dir"] });
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label", "dir", "placeholder"] });
    dress();
    // before Gradio has drawn its part: the article can be read at once
    library();
    suggest();
  });
})();
