/* Using an answer: copying it or one citation, a link to it, taking the conversation away. */
(() => {
  "use strict";
  const { $, make, on, post, say, toast, clip, base } = window.C5;

  /* the names of all answers on the page, in their order */
  function answers() {
    const names = [...document.querySelectorAll("#c5-log .c5-card")].map((card) => {
      const link = card.querySelector("a[href*='of=']");
      return link && new URLSearchParams(link.hash.slice(1)).get("of");
    });
    return [...new Set(names.filter(Boolean))];
  }

  function trouble(error) {
    toast(say(error.status === 410 ? "forgotten" : "not_done"));
  }

  /* Asked for and written in one go: browsers let a page write only soon after a click. */
  async function write(wanted) {
    const holding = (kind) => wanted.then((forms) => new Blob([forms[kind]], { type: kind }));
    try {
      const kinds = { "text/plain": holding("text/plain"), "text/html": holding("text/html") };
      await navigator.clipboard.write([new ClipboardItem(kinds)]);
      toast(say("copied"));
    } catch {
      await clip((await wanted)["text/plain"]);
    }
  }

  async function copyAnswer(answer) {
    const forms = post("ui-copy", { answer, language: C5.language }).then((response) => response.json());
    await clip((await forms).text);
  }

  /* as text, a citation carries its HTML along, for editors that take it */
  function copyCitation(answer, number, form) {
    const wanted = post("ui-copy", { answer, number, language: C5.language })
      .then((response) => response.json())
      .then((forms) => ({ "text/plain": forms[form], "text/html": forms.html }));
    return form === "markdown" ? wanted.then((forms) => clip(forms["text/plain"])) : write(wanted);
  }

  async function link(answer) {
    const { path } = await (await post("ui-link", { answer })).json();
    await clip(new URL(path, base).href, say("link_copied"));
  }

  async function take(form) {
    const names = answers();
    if (!names.length) { toast(say("nothing_yet")); return; }
    const response = await post("ui-export", { answers: names, form, language: C5.language });
    const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") || "")?.[1];
    const address = URL.createObjectURL(await response.blob());
    const file = make("a", { href: address, download: name || `c5.${form}` });
    document.body.append(file);
    file.click();
    file.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  on("use", ({ where }) => {
    const answer = where.get("of");
    const act = {
      copy: () => copyAnswer(answer),
      link: () => link(answer),
      cite: () => copyCitation(answer, Number(where.get("n")), where.get("form")),
    }[where.get("use")];
    act?.().catch(trouble);
  });

  /* ---- the menu of the conversation ---- */
  let menu = null;
  function open() {
    menu ||= build();
    C5.fire("menu", { menu });
    menu.showModal();
    C5.dress();
    offer().catch(() => {}); // what cannot be asked for is not offered
  }
  /* pages for editors, where the visitor is one */
  async function offer() {
    const { pages } = await (await fetch(new URL(`ui-editor?lang=${C5.language}`, base))).json();
    const place = $("c5-editor");
    place.hidden = !pages?.length;
    place.replaceChildren(make("h3", { class: "c5-label", "data-say": "for_editors" }),
      ...(pages || []).map(({ path, name }) =>
        make("a", { class: "c5-tool", href: new URL(`${path}?lang=${C5.language}`, base).href }, name)));
    C5.dress();
  }
  function build() {
    const form = (name) => make("button", {
      type: "button", class: "c5-tool", "data-say": `export_${name}`, "data-form": name,
      onclick: () => take(name).catch(trouble),
    });
    const paper = make("button", {
      type: "button", class: "c5-tool", "data-say": "print",
      onclick: () => { menu.close(); print(); },
    });
    const built = make("dialog", { class: "c5-dialog", id: "c5-talk-menu", "aria-labelledby": "c5-talk-title" },
      make("h2", { id: "c5-talk-title", "data-say": "talk_menu_title" }),
      make("h3", { class: "c5-label", "data-say": "export" }),
      make("div", { class: "c5-row" }, form("docx"), form("html"), form("md"), paper),
      make("div", { id: "c5-history" }),
      make("nav", { id: "c5-editor", hidden: true, "data-label": "for_editors" }),
      make("div", { class: "c5-row c5-end" },
        make("button", { type: "button", class: "c5-tool", "data-say": "done", onclick: () => menu.close() })));
    built.addEventListener("click", (event) => { if (event.target === built) built.close(); });
    document.body.append(built);
    return built;
  }
  on("started", () => $("c5-menu").addEventListener("click", open));
  Object.assign(window.C5, { answers, trouble });
})();
