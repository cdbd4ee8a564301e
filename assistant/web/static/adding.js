/* Adding an article, for editors: given as text, file or address; seen as it will be indexed; added. */
(() => {
  "use strict";
  const { $, about, make, on, post, say } = window.C5;
  const LARGEST = 10_000_000; // bytes of a file
  let dialog = null;

  function field(name, key, traits = {}) {
    return make("label", { class: "c5-field" }, make("span", { "data-say": key }),
      make(traits.rows ? "textarea" : "input", { name, dir: "auto", ...traits }));
  }

  function build() {
    const ways = ["text", "file", "address"].map((kind, n) => make("label", { class: "c5-choice" },
      make("input", { type: "radio", name: "kind", value: kind, ...(n ? {} : { checked: true }) }),
      make("span", { "data-say": `add_${kind}` })));
    const languages = make("select", { name: "language" }, make("option", { value: "", "data-say": "add_detect" }),
      ...Object.keys(about.strings).map((code) => make("option", { value: code, lang: code }, about.names[code])));
    const form = make("form", { method: "dialog", id: "c5-add-form" },
      make("h2", { id: "c5-add-title", "data-say": "add_article" }),
      make("fieldset", { class: "c5-choices", "data-label": "add_how" }, ...ways),
      make("div", { "data-way": "text" }, field("text", "add_text_label", { rows: 8 })),
      make("div", { "data-way": "file", hidden: true },
        field("file", "add_file_label", { type: "file", accept: ".md,.txt,.html,.htm,.pdf,.docx" })),
      make("div", { "data-way": "address", hidden: true }, field("address", "add_address_label", { type: "url", dir: "ltr" })),
      make("div", { class: "c5-grid" },
        field("title", "add_title", { maxlength: 500 }), field("publisher", "add_publisher", { maxlength: 500 }),
        field("published", "add_published", { type: "date", dir: "ltr" }),
        make("label", { class: "c5-field" }, make("span", { "data-say": "add_language" }), languages),
        make("div", { "data-way": "text file" }, field("url", "add_url", { type: "url", dir: "ltr", maxlength: 500 }))),
      make("p", { class: "c5-trouble", role: "alert" }),
      make("div", { class: "c5-row c5-end" },
        make("button", { type: "button", class: "c5-tool", "data-say": "cancel", onclick: () => dialog.close() }),
        make("button", { type: "submit", class: "c5-tool c5-main", "data-say": "add_preview" })));
    form.addEventListener("change", () => {
      const chosen = new FormData(form).get("kind");
      for (const part of form.querySelectorAll("[data-way]")) part.hidden = !part.dataset.way.split(" ").includes(chosen);
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); preview(form); });
    const seen = make("section", { id: "c5-add-seen", hidden: true });
    const built = make("dialog", { class: "c5-dialog c5-wide", id: "c5-adding", "aria-labelledby": "c5-add-title" }, form, seen);
    document.body.append(built);
    return built;
  }

  function told(form, words) { form.querySelector(".c5-trouble").textContent = words; }

  async function base64(file) {
    const url = await new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = () => failed(reader.error);
      reader.readAsDataURL(file);
    });
    return url.slice(url.indexOf(",") + 1);
  }

  async function preview(form) {
    const given = Object.fromEntries(new FormData(form));
    const about_ = Object.fromEntries(["title", "publisher", "published", "language", "url"].map((name) => [name, given[name] || ""]));
    const body = { kind: given.kind, content: given[given.kind] || "", ...about_, speak: C5.language };
    if (given.kind === "address") body.url = "";
    if (given.kind === "file") {
      if (given.file.size > LARGEST) { told(form, say("add_too_large")); return; }
      body.name = given.file.name;
      body.content = await base64(given.file);
    }
    told(form, say("add_reading"));
    try {
      show(await (await post("ui-add/preview", body)).json());
      told(form, "");
    } catch (error) { told(form, error.status === 413 ? say("add_too_large") : error.message); }
  }

  function show(staged) {
    const progress = make("p", { class: "c5-trouble", role: "status" });
    const amount = say("add_amount", { passages: staged.passages.length, characters: staged.characters });
    const facts = [staged.publisher, staged.published, staged.spoken, amount, staged.url].filter(Boolean);
    const seen = $("c5-add-seen");
    const again = make("button", { type: "button", class: "c5-tool", "data-say": "add_back", onclick: () => turn(false) });
    const go = make("button", { type: "button", class: "c5-tool c5-main", id: "c5-add-confirm", "data-say": "add_confirm",
      onclick: () => { go.disabled = again.disabled = true; confirm(staged, progress, again); } });
    seen.replaceChildren(
      make("h2", { "data-say": "add_preview_title", tabindex: "-1" }),
      make("h3", { dir: "auto" }, staged.title),
      make("p", { class: "c5-facts" }, ...facts.map((words) => make("span", {}, make("bdi", {}, words)))),
      make("ol", { class: "c5-passages", tabindex: "0", "data-label": "add_preview_title" },
        ...staged.passages.slice(0, 500).map((passage) => make("li", {},
          passage.section ? make("span", { class: "c5-small", dir: "auto" }, passage.section) : null, make("p", { dir: "auto" }, passage.text)))),
      progress,
      make("div", { class: "c5-row c5-end" }, again, go));
    turn(true);
  }
  function turn(over) {
    $("c5-add-form").hidden = over;
    $("c5-add-seen").hidden = !over;
    C5.dress();
    if (over) $("c5-add-seen").querySelector("h2").focus();
  }

  /* each step is a line of JSON */
  async function confirm(staged, progress, again) {
    try {
      const response = await post("ui-add/confirm", { staged: staged.staged, speak: C5.language });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const lines = (rest + part.value).split("\n");
        rest = lines.pop();
        for (const line of lines) step(JSON.parse(line), progress);
      }
    } catch (error) { progress.textContent = error.status ? error.message : say("not_done"); }
    again.disabled = false;
  }
  function step(now, progress) {
    if (now.stage === "failed") { progress.textContent = now.detail; return; }
    progress.textContent = say(`add_${now.stage}`);
    if (now.stage !== "done") return;
    C5.fresh();
    C5.library().then(() => C5.fire("added", { id: now.id }));
    dialog.close();
    C5.toast(say("add_done"));
    turn(false);
    $("c5-add-form").reset();
    $("c5-add-form").dispatchEvent(new Event("change"));
  }

  on("add", () => {
    dialog ||= build();
    turn(false);
    told($("c5-add-form"), "");
    dialog.showModal();
    C5.dress();
  });
})();
