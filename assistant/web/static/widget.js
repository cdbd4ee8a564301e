/* C5 Assistant in any page of the intranet, with one line:
     <script src="https://assistant.intranet/widget.js" async></script>
   data-target="#place" sits inline; data-language, data-label, data-color, data-corner
   (bottom-end, bottom-start), data-open="true", data-selection="true", data-width, data-height
   (at most) are optional; /embed on the assistant's own address shows them.
   The same as an element: <c5-assistant language="ar"></c5-assistant>.
   No cookies, no storage, no inline script or style, nothing from other hosts. */
(() => {
  "use strict";
  if (window.C5Assistant) return;
  const script = document.currentScript || document.querySelector("script[src$='/widget.js']");
  const base = new URL(".", script.src);
  const WORDS = {
    ar: ["اسأل المقالات", "إغلاق", "مساعد C5", "اسأل عن هذا", "ماذا تقول المقالات عن «…»؟"],
    en: ["Ask the articles", "Close", "C5 Assistant", "Ask about this", "What do the articles say about “…”?"],
    ru: ["Спросить статьи", "Закрыть", "Ассистент C5", "Спросить об этом", "Что говорится в статьях о «…»?"],
    kk: ["Мақалалардан сұрау", "Жабу", "C5 көмекшісі", "Осы туралы сұрау", "Мақалаларда «…» туралы не айтылған?"],
  };
  const STYLE = `
    :host { all: initial; }
    :host([inline]) { display: block; }
    * { box-sizing: border-box; }
    .launcher { position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000; display: inline-flex;
      align-items: center; gap: 10px; border: 0; border-radius: 99px; padding: 12px 20px; cursor: pointer;
      background: var(--c5-color, #0b5c66); color: #fff; font: 600 16px/1.4 system-ui, sans-serif; box-shadow: 0 6px 24px #0003; }
    .launcher:hover { filter: brightness(1.1); }
    .about { position: fixed; inset-block-start: var(--c5-y); left: var(--c5-x); z-index: 2147483000; border: 0; border-radius: 8px; padding: 8px 12px; cursor: pointer;
      background: var(--c5-color, #0b5c66); color: #fff; font: 600 14px/1.4 system-ui, sans-serif; box-shadow: 0 4px 16px #0004; }
    .launcher:focus-visible, .close:focus-visible, .about:focus-visible { outline: 3px solid #ffd24d; outline-offset: 2px; }
    .panel { position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483001; width: min(var(--c5-width, 430px), calc(100vw - 40px));
      height: min(var(--c5-needed, 440px) + 48px, var(--c5-height, 680px), calc(100vh - 40px)); border-radius: 18px; overflow: hidden; background: #f7f5f0;
      box-shadow: 0 12px 48px #0005; display: flex; flex-direction: column; }
    .start .launcher, .start .panel { inset-inline-end: auto; inset-inline-start: 20px; }
    .bar { display: flex; justify-content: space-between; align-items: center; padding: 6px 8px; padding-inline-start: 18px;
      background: var(--c5-color, #0b5c66); color: #fff; font: 600 15px/1.4 system-ui, sans-serif; }
    .close { border: 0; background: none; color: inherit; width: 36px; height: 36px; font: 24px/1 system-ui, sans-serif; cursor: pointer; border-radius: 10px; }
    .close:hover { background: #fff3; }
    iframe { flex: 1; width: 100%; border: 0; display: block; }
    [hidden] { display: none !important; }
    .inline { width: 100%; height: min(var(--c5-needed, 440px), var(--c5-height, 640px)); border: 1px solid #0002; border-radius: 14px; overflow: hidden; display: flex; }
    @media (max-width: 520px) { .panel { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; } }
    @media (prefers-color-scheme: dark) { .panel { background: #11161a; } }`;

  class Assistant extends HTMLElement {
    connectedCallback() {
      addEventListener("message", (this.hear = (event) => this.heard(event)));
      if (this.shadowRoot) return; // moved within the page
      const shadow = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet(); // a strict style-src allows this
      sheet.replaceSync(STYLE);
      shadow.adoptedStyleSheets = [sheet];
      const wished = this.getAttribute("language") || document.documentElement.lang.slice(0, 2) || navigator.language.slice(0, 2);
      this.language = WORDS[wished] ? wished : "ar";
      const [open, close, title, about, asking] = WORDS[this.language];
      this.words = { open: this.getAttribute("label") || open, close, title, about, asking };
      for (const name of ["color", "width", "height"]) {
        const value = this.getAttribute(name);
        if (value && CSS.supports(name, value)) this.style.setProperty(`--c5-${name}`, value);
      }
      this.box = document.createElement("div");
      this.box.lang = this.language;
      this.box.dir = this.language === "ar" ? "rtl" : "ltr";
      shadow.append(this.box);
      if (this.hasAttribute("inline")) {
        this.box.className = "inline";
        this.box.append(this.frame());
      } else this.furnish();
      if (this.getAttribute("selection") === "true") this.watch();
      if (this.getAttribute("open") === "true") this.open();
    }

    disconnectedCallback() { removeEventListener("message", this.hear); }

    furnish() {
      if (this.getAttribute("corner") === "bottom-start") this.box.className = "start";
      this.launcher = document.createElement("button");
      this.launcher.type = "button";
      this.launcher.className = "launcher";
      this.launcher.textContent = this.words.open;
      this.launcher.setAttribute("aria-haspopup", "dialog");
      this.launcher.setAttribute("aria-expanded", "false");
      this.launcher.addEventListener("click", () => this.open());
      this.panel = document.createElement("div");
      this.panel.className = "panel";
      this.panel.hidden = true;
      this.panel.setAttribute("role", "dialog");
      this.panel.setAttribute("aria-label", this.words.title);
      const bar = document.createElement("div");
      bar.className = "bar";
      bar.textContent = this.words.title;
      const close = document.createElement("button");
      close.type = "button";
      close.className = "close";
      close.textContent = "×";
      close.setAttribute("aria-label", this.words.close);
      close.addEventListener("click", () => this.close());
      bar.append(close);
      this.panel.append(bar);
      this.panel.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
      this.box.append(this.launcher, this.panel);
    }

    /* made on first use: a page that nobody asks from loads nothing of ours but this file */
    frame() {
      if (this.iframe) return this.iframe;
      this.iframe = document.createElement("iframe");
      this.iframe.title = this.words.title;
      this.iframe.allow = "clipboard-write";
      this.iframe.src = new URL(`./?view=compact&lang=${this.language}`, base);
      this.iframe.addEventListener("load", () => { this.ready = false; this.tell({ type: "c5:hello" }); });
      return this.iframe;
    }

    tell(message) { this.iframe?.contentWindow?.postMessage(message, base.origin); }

    heard(event) {
      if (event.origin !== base.origin || !this.iframe || event.source !== this.iframe.contentWindow) return;
      const { type, height } = event.data || {};
      if (type === "c5:ready") {
        this.ready = true;
        if (this.waiting) this.tell({ type: "c5:ask", question: this.waiting });
        this.waiting = null;
      } else if (type === "c5:size" && height > 0 && height < 1e5) this.style.setProperty("--c5-needed", `${Math.max(360, Math.round(height))}px`);
      else if (type === "c5:close") this.close();
      else if (type === "c5:answer") this.emit("answer");
    }

    emit(name) { this.dispatchEvent(new CustomEvent(`c5-${name}`, { bubbles: true, composed: true })); }

    /* text selected in the page can be asked about: a button beside it */
    watch() {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "about";
      button.hidden = true;
      button.textContent = this.words.about;
      button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
      button.addEventListener("click", () => {
        button.hidden = true;
        this.open({ question: this.words.asking.replace("…", () => this.chosen) });
      });
      this.box.append(button);
      let soon;
      document.addEventListener("selectionchange", () => {
        clearTimeout(soon);
        soon = setTimeout(() => {
          const selection = getSelection();
          this.chosen = String(selection).replace(/\s+/g, " ").trim();
          button.hidden = this.chosen.length < 3 || this.chosen.length > 300 || !selection.rangeCount;
          if (button.hidden) return;
          const box = selection.getRangeAt(0).getBoundingClientRect();
          const put = (name, at, most) => button.style.setProperty(name, `${Math.max(8, Math.min(at, most))}px`);
          put("--c5-x", box.left, innerWidth - button.offsetWidth - 8);
          put("--c5-y", box.bottom + 8, innerHeight - button.offsetHeight - 8);
        }, 200);
      });
    }

    open({ question } = {}) {
      if (this.panel) {
        if (this.panel.hidden) this.before = document.activeElement;
        if (!this.iframe) this.panel.append(this.frame());
        this.panel.hidden = false;
        this.launcher.hidden = true;
        this.launcher.setAttribute("aria-expanded", "true");
        this.iframe.focus();
      }
      if (question) {
        if (this.ready) this.tell({ type: "c5:ask", question: String(question).slice(0, 2000) });
        else this.waiting = String(question).slice(0, 2000);
      }
      this.emit("open");
    }

    close() {
      if (!this.panel || this.panel.hidden) return;
      this.panel.hidden = true;
      this.launcher.hidden = false;
      this.launcher.setAttribute("aria-expanded", "false");
      // back to where the visitor was, if that is still there to be seen
      const back = this.before !== document.body && this.before !== this && this.before?.isConnected;
      (back ? this.before : this.launcher).focus();
      this.before = null;
      this.emit("close");
    }
  }
  customElements.define("c5-assistant", Assistant);

  const first = () => document.querySelector("c5-assistant");
  window.C5Assistant = {
    open: (options) => first()?.open(options),
    close: () => first()?.close(),
  };

  function place() {
    if (first() || script.dataset.manual !== undefined) return;
    const element = document.createElement("c5-assistant");
    for (const name of ["language", "label", "color", "corner", "open", "selection", "width", "height"]) {
      if (script.dataset[name]) element.setAttribute(name, script.dataset[name]);
    }
    const target = script.dataset.target && document.querySelector(script.dataset.target);
    if (target) element.setAttribute("inline", "");
    (target || document.body).append(element);
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", place);
  else place();
})();
