// The evaluation page: start a run, follow it, stop it, add a table of questions.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const words = JSON.parse(at("words").textContent);
  const EVERY = 1000; // milliseconds between looks at a run
  let following = false;

  const fill = (key, values) =>
    words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  const ask = async (path, options = {}) => {
    const response = await fetch(`eval/${path}`, { credentials: "same-origin", ...options });
    const body = await response.json();
    if (!response.ok) throw new Error(body.detail || response.statusText);
    return body;
  };

  const tell = (place, text, bad = false) => {
    at(place).textContent = text;
    at(place).classList.toggle("fault", bad);
  };

  const show = (run) => {
    const running = run.state === "running";
    at("go").disabled = running;
    at("stop").hidden = !running;
    at("bar").hidden = !running;
    at("bar").max = run.total || 1;
    at("bar").value = run.done;
    if (run.state === "idle") return;
    tell("told", fill(`desk.${run.state}`, run), run.state === "failed");
  };

  const follow = async () => {
    if (following) return;
    following = true;
    for (;;) {
      let run;
      try {
        run = await ask("run");
      } catch (error) {
        tell("told", error.message, true);
        break;
      }
      show(run);
      if (run.state === "done") location.reload();
      if (run.state !== "running") break;
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
    following = false;
  };

  at("start").addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = at("questions").selectedOptions[0];
    const body = JSON.stringify({ questions: chosen.value, own: chosen.dataset.own === "1" });
    const headers = { "Content-Type": "application/json" };
    try {
      show(await ask("run", { method: "POST", headers, body }));
      follow();
    } catch (error) {
      tell("told", error.message, true);
    }
  });

  at("stop").addEventListener("click", async () => {
    at("stop").disabled = true;
    try {
      show(await ask("stop", { method: "POST" }));
    } catch (error) {
      tell("told", error.message, true);
    }
    at("stop").disabled = false;
  });

  at("add").addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = at("table").files[0];
    const headers = { "Content-Type": "application/octet-stream" };
    try {
      const path = `questions?name=${encodeURIComponent(file.name)}`;
      const kept = await ask(path, { method: "POST", headers, body: file });
      tell("added", fill("desk.uploaded", kept));
      if (![...at("questions").options].some((o) => o.dataset.own && o.value === kept.name)) {
        const option = new Option(kept.name, kept.name);
        option.dataset.own = "1";
        at("questions").add(option);
      }
    } catch (error) {
      tell("added", error.message, true);
    }
  });

  const run = JSON.parse(at("run").textContent);
  show(run);
  if (run.state === "running") follow();
})();
