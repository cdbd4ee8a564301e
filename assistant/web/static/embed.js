/* The options take effect as they are chosen; a click copies a snippet. Both work without, slower. */
(() => {
  "use strict";
  const form = document.getElementById("options");
  form.addEventListener("change", () => form.requestSubmit());
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const code = button.parentElement.querySelector("code");
      getSelection().selectAllChildren(code);
      let done = false;
      try { await navigator.clipboard.writeText(code.textContent); done = true; } catch { done = document.execCommand("copy"); }
      if (done) button.textContent = button.dataset.done;
    });
  }
})();
