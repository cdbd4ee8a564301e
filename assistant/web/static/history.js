/* The talk of this tab after a reload, and talks that the reader wants kept in this browser.
   Of a talk that is not to be kept the tab holds nothing but a name the server knows it by. */
(() => {
  "use strict";
  const { $, make, on, post, say, toast } = window.C5;
  const MOST = 20;
  const LONGEST = 2_000_000; // characters of all kept talks
  function read(place, name) { try { return place()[name] || null; } catch { return null; } }
  function write(place, name, value) {
    try {
      if (value === null) place().removeItem(name);
      else place().setItem(name, value);
      return true;
    } catch { return false; } // storage is blocked or full
  }
  const tab = () => sessionStorage;
  const browser = () => localStorage;

  const wanted = () => read(browser, "c5-keep") === "yes";
  function talks() { try { return JSON.parse(read(browser, "c5-talks") || "[]"); } catch { return []; } }
  function store(list) {
    let kept = list.slice(0, MOST);
    while (kept.length && JSON.stringify(kept).length > LONGEST) kept = kept.slice(0, -1);
    return write(browser, "c5-talks", kept.length ? JSON.stringify(kept) : null);
  }

  on("answers", () => {
    const names = C5.answers();
    if (!names.length) return;
    write(tab, "c5-last", names.at(-1));
    if (wanted()) keep(names).catch(() => {});
  });
  on("new", () => { write(tab, "c5-last", null); write(tab, "c5-talk", null); });
  on("ready", () => {
    const last = read(tab, "c5-last");
    if (last) C5.resume(last);
  });

  async function keep(names) {
    const sealed = await (await post("ui-keep", { answers: names, language: C5.language })).json();
    const id = read(tab, "c5-talk") || `${Date.now()}`;
    write(tab, "c5-talk", id);
    const title = document.querySelector("#c5-log .c5-question")?.textContent || "";
    const others = talks().filter((talk) => talk.id !== id);
    store([{ id, title: title.slice(0, 200), ...sealed }, ...others]);
  }

  async function open(talk) {
    let answer;
    try {
      ({ answer } = await (await post("ui-restore", { talk: talk.talk, seal: talk.seal })).json());
    } catch (error) {
      toast(say(error.status === 400 ? "kept_unreadable" : "not_done"));
      return;
    }
    write(tab, "c5-talk", talk.id);
    write(tab, "c5-last", answer);
    location.reload();
  }

  function draw() {
    const place = $("c5-history");
    if (!place) return;
    const box = make("input", { type: "checkbox", id: "c5-keep" });
    box.checked = wanted();
    box.addEventListener("change", () => {
      write(browser, "c5-keep", box.checked ? "yes" : null);
      if (box.checked && C5.answers().length) keep(C5.answers()).then(draw, C5.trouble);
      if (!box.checked) { store([]); draw(); }
    });
    const rows = talks().map((talk) => make("li", {},
      make("span", { class: "c5-kept", dir: "auto" }, talk.title),
      make("span", { class: "c5-small" }, talk.when),
      make("button", { type: "button", class: "c5-plain", "data-say": "open_talk", onclick: () => open(talk) }),
      make("button", { type: "button", class: "c5-plain", "data-say": "forget_talk",
        onclick: () => { store(talks().filter((other) => other.id !== talk.id)); draw(); } })));
    place.replaceChildren(
      make("label", { class: "c5-check" }, box, make("span", { "data-say": "keep_here" })),
      make("p", { class: "c5-small", "data-say": "keep_note" }));
    if (rows.length) {
      place.append(make("h3", { class: "c5-label", "data-say": "kept_talks" }), make("ul", { class: "c5-talks" }, ...rows),
        make("button", { type: "button", class: "c5-plain", "data-say": "forget_all", onclick: () => { store([]); draw(); } }));
    }
    C5.dress();
  }
  on("menu", draw);
  on("language", draw);
})();
