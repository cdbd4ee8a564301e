/* The box that is there before Gradio's: what is typed in it, and what is asked while there is no
   other, is handed over as soon as Gradio has drawn its own. */
(() => {
  "use strict";
  const { $, on, parsed, type } = window.C5;
  let pending = null; // a question that waits for the box
  let composing = false;

  /* questions that are chosen, or asked from outside, before there is a box */
  on("early", ({ question }) => {
    pending = question;
    const box = document.querySelector("#c5-early textarea");
    if (!box) return;
    box.value = question;
    box.readOnly = true;
    $("c5-early").classList.add("c5-waits");
  });

  on("box", ({ box }) => {
    const early = $("c5-early");
    if (!early || composing) return;
    const old = early.querySelector("textarea");
    const [held, from, to] = [document.activeElement === old, old.selectionStart, old.selectionEnd];
    if (pending === null && old.value) type(box, old.value);
    $("c5-log").before($("c5-empty"));
    $("c5-ask").after($("c5-under"));
    early.remove();
    document.querySelector(".c5-skip").hash = "#c5-ask";
    if (held) { box.focus(); box.setSelectionRange(from, to); }
    if (pending !== null) C5.ask(pending);
    pending = null;
  });

  parsed(() => {
    const form = $("c5-early-ask");
    const box = form.querySelector("textarea");
    // a talk of this tab comes back: no welcome in between
    try { if (sessionStorage["c5-last"]) $("c5-empty").hidden = true; } catch { /* blocked */ }
    const send = () => { if (box.value.trim()) C5.ask(box.value); };
    form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
    box.addEventListener("compositionstart", () => { composing = true; });
    box.addEventListener("compositionend", () => { composing = false; C5.dress(); });
  });
  // the server may have forgotten that talk
  on("ready", () => setTimeout(() => { $("c5-empty").hidden = false; }, 1500));
})();
