/* The articles at hand: what each is, reading it, and asking only some of them. */
(() => {
  "use strict";
  const { $, make, on, say, asked, base } = window.C5;
  const SHOWN = 100;
  let held = null;
  let wanted = "";

  async function load() {
    const url = new URL(`ui-library?lang=${C5.language}`, base);
    held = await (await fetch(url)).json();
  }

  async function open() {
    const shelf = $("c5-shelf");
    $("c5-holder").hidden = true;
    shelf.hidden = false;
    C5.put($("c5-all"), "aria-expanded", "true");
    try { await load(); draw(); shelf.querySelector("h2")?.focus(); } catch { shelf.textContent = say("load_failed"); }
  }
  function close() {
    $("c5-shelf").hidden = true;
    $("c5-holder").hidden = false;
    C5.put($("c5-all"), "aria-expanded", "false");
  }

  function fact(words, traits = {}) { return words ? make("span", traits, make("bdi", {}, words)) : null; }

  function card(article) {
    const box = make("input", { type: "checkbox" });
    box.checked = asked.has(article.id);
    box.addEventListener("change", () => {
      if (box.checked) asked.add(article.id);
      else asked.delete(article.id);
      filtered();
    });
    const state = article.changed ? "changed_since" : "up_to_date";
    return make("li", { class: "c5-volume" },
      make("h3", { dir: article.side }, article.shown),
      make("p", { class: "c5-facts" }, fact(article.publisher), fact(article.day), fact(article.spoken),
        fact(say("passages", { count: article.passages })), fact(say("indexed", { date: held.indexed })),
        make("span", { class: `c5-state c5-${state}`, "data-say": state })),
      make("div", { class: "c5-row" },
        make("button", { type: "button", class: "c5-plain", "data-read": article.id, "data-say": "read_article",
          "aria-description": article.title,
          onclick: () => { close(); C5.show(article.id).then(() => $("c5-holder").focus()); } }),
        make("label", { class: "c5-check" }, box, make("span", { "data-say": "ask_this" }))));
  }

  function draw() {
    const fits = (article) => [article.title, article.publisher].join(" ").toLowerCase().includes(wanted.toLowerCase());
    const found = held.documents.filter(fits);
    const list = make("ul", { class: "c5-volumes" }, ...found.slice(0, SHOWN).map(card));
    const search = make("input", { type: "search", id: "c5-find", "data-label": "find_article", dir: "auto" });
    search.value = wanted;
    search.placeholder = say("find_article");
    search.addEventListener("input", () => { wanted = search.value; draw(); $("c5-find").focus(); });
    $("c5-shelf").replaceChildren(...[
      make("div", { class: "c5-shelf-head" },
        make("h2", { "data-say": "articles", tabindex: "-1" }),
        held.may_edit ? make("button", { type: "button", class: "c5-tool", id: "c5-add", "data-say": "add_article", onclick: () => C5.fire("add") }) : null,
        make("button", { type: "button", class: "c5-tool", "data-say": "back_to_article", onclick: close })),
      held.documents.length > 6 || wanted ? search : null,
      list,
      found.length ? null : make("p", { class: "c5-small", "data-say": "no_articles" }),
      found.length > SHOWN ? make("p", { class: "c5-small" }, say("more_articles", { count: found.length - SHOWN })) : null,
      held.waiting.length ? make("p", { class: "c5-note" }, say("waiting", { names: held.waiting.slice(0, 20).join(", ") })) : null,
    ].filter(Boolean));
    C5.dress();
  }

  /* which articles are asked stands above the question, wherever it was chosen */
  function filtered() {
    const line = $("c5-filter");
    if (!line) return;
    const total = $("c5-articles").options.length;
    line.hidden = !asked.size;
    $("c5-filter-words").textContent = asked.size ? say("asking_some", { count: asked.size, total }) : "";
    C5.asking();
  }

  on("started", () => {
    $("c5-all").addEventListener("click", () => ($("c5-shelf").hidden ? open() : close()));
    $("c5-articles").addEventListener("change", close);
    document.addEventListener("click", (event) => {
      if (event.target.id !== "c5-filter-off") return;
      asked.clear();
      filtered();
      if (!$("c5-shelf").hidden) draw();
      document.querySelector("#c5-ask textarea")?.focus();
    });
  });
  on("cited", close);
  on("language", () => { filtered(); if ($("c5-shelf") && !$("c5-shelf").hidden) open(); });
  on("added", ({ id }) => { close(); filtered(); return C5.show(id); });
})();
