/* A word on an answer for the editors, with the passage that was selected in the article. */
(() => {
  "use strict";
  const { $, make, on, post, say, toast, characters } = window.C5;
  const VERDICTS = ["good", "wrong", "not_in_source", "incomplete"];
  let pointed = null;

  /* offsets of a place in the text: each block holds exactly the characters it says */
  function offset(node, at) {
    const block = (node.nodeType === 1 ? node : node.parentElement)?.closest("#c5-holder .c5-block");
    if (!block) return null;
    const before = document.createRange();
    before.setStart(block, 0);
    before.setEnd(node, at);
    return Number(block.dataset.start) + characters(before.toString());
  }
  document.addEventListener("selectionchange", () => {
    const range = getSelection().rangeCount ? getSelection().getRangeAt(0) : null;
    if (!range || range.collapsed) return;
    const start = offset(range.startContainer, range.startOffset);
    const end = offset(range.endContainer, range.endOffset);
    if (start === null || end === null || end <= start) return;
    pointed = { document: $("c5-text").dataset.document, start, end, text: range.toString().trim() };
  });

  let dialog = null;
  let answer = "";
  function build() {
    const choices = VERDICTS.map((verdict) => make("label", { class: "c5-choice" },
      make("input", { type: "radio", name: "verdict", value: verdict, required: true }),
      make("span", { "data-say": `verdict_${verdict}` })));
    const form = make("form", { method: "dialog" },
      make("h2", { id: "c5-feedback-title", "data-say": "feedback_title" }),
      make("fieldset", { class: "c5-choices", "aria-labelledby": "c5-feedback-title" }, ...choices),
      make("label", { class: "c5-field" }, make("span", { "data-say": "why" }),
        make("textarea", { name: "why", rows: 3, maxlength: 1000, dir: "auto" })),
      make("p", { class: "c5-small", "data-say": "point_hint" }),
      make("div", { class: "c5-pointed", hidden: true },
        make("span", { class: "c5-label", "data-say": "pointed" }), make("blockquote", { dir: "auto" })),
      make("p", { class: "c5-small", "data-say": "feedback_privacy" }),
      make("div", { class: "c5-row c5-end" },
        make("button", { type: "button", class: "c5-tool", "data-say": "cancel", onclick: () => dialog.close() }),
        make("button", { type: "submit", class: "c5-tool c5-main", "data-say": "send_feedback" })));
    form.addEventListener("submit", (event) => { event.preventDefault(); send(form).catch(C5.trouble); });
    const built = make("dialog", { class: "c5-dialog", id: "c5-feedback", "aria-labelledby": "c5-feedback-title" }, form);
    document.body.append(built);
    return built;
  }

  async function send(form) {
    const given = new FormData(form);
    const passage = pointed && { document: pointed.document, start: pointed.start, end: pointed.end };
    await post("ui-feedback", { answer, verdict: given.get("verdict"), why: given.get("why"), passage });
    pointed = null;
    dialog.close();
    form.reset();
    toast(say("thanks"));
  }

  on("use", ({ where }) => {
    if (where.get("use") !== "feedback") return;
    answer = where.get("of");
    dialog ||= build();
    const shown = dialog.querySelector(".c5-pointed");
    shown.hidden = !pointed;
    shown.querySelector("blockquote").textContent = pointed?.text || "";
    dialog.showModal();
    C5.dress();
  });
})();
