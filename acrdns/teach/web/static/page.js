// The page works without this script, by loading pages. With it, what a link or form leads to is fetched and morphed in,
// so that focus, scroll and text being typed stay.
import { Idiomorph } from "./idiomorph.js";

let latest = 0;
let sent = null;

const typed = (field) => field.matches?.("textarea, input:not([type=checkbox], [type=hidden])") && field.value !== field.defaultValue;

function morph(old, html, fresh) {
  Idiomorph.morph(old, html, {
    callbacks: {
      beforeNodeMorphed: (from, to) => {
        if (from.nodeType !== 1) return true;
        if (fresh !== from.form && typed(from)) return false; // somebody is typing there
        if (from.localName === "details" && !to.open && from.id === to.id && !to.hasAttribute("data-close")) to.open = from.open;
        if (from.localName === "input" && from.type === "checkbox") from.checked = to.hasAttribute("checked");
        return true;
      },
      afterNodeMorphed: (from, to) => {
        if (from.localName === "textarea" && (fresh === from.form || !typed(from))) from.value = to.value;
        if (from.localName === "select") from.value = to.value;
      },
    },
  });
}

async function show(url, options = {}, { push = true, fresh = null } = {}) {
  const mine = ++latest;
  document.body.setAttribute("aria-busy", "true");
  try {
    const reply = await fetch(url, options);
    const html = await reply.text();
    if (mine !== latest) return;
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const main = parsed.querySelector("main");
    if (!main) { location.assign(url); return; }
    const to = new URL(reply.url);
    if (push && !(options.method === "POST" && !reply.redirected)) history.pushState(null, "", to.pathname + to.search);
    document.title = parsed.title;
    morph(document.querySelector("main"), main, fresh);
    later();
  } catch {
    if (mine === latest && options.method !== "POST") location.assign(url);
    else if (mine === latest) document.querySelector("#alerts").textContent = "acrdns web does not answer; is it still running?";
  } finally {
    if (mine === latest) document.body.removeAttribute("aria-busy");
  }
}

// What takes long comes after the page.
async function later() {
  const part = document.querySelector("#findings[data-src]");
  if (!part) return;
  const mine = latest;
  const reply = await fetch(part.dataset.src).catch(() => null);
  const html = reply && await reply.text();
  const now = document.querySelector("#findings[data-src]");
  if (html && mine === latest && now) morph(now, new DOMParser().parseFromString(html, "text/html").querySelector("#findings"));
}

// The queries of a running server, once a second while somebody can see them.
async function poll() {
  const part = document.querySelector("#queries[data-poll]");
  if (part && !document.hidden) {
    const reply = await fetch(part.dataset.poll).catch(() => null);
    if (!reply) return;
    const now = document.querySelector("#queries[data-poll]");
    const html = await reply.text();
    if (now?.dataset.poll === part.dataset.poll) morph(now, new DOMParser().parseFromString(html, "text/html").querySelector("#queries"));
  }
  if (part) setTimeout(poll, 1000);
}

const plain = (event) => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

document.addEventListener("click", (event) => {
  const dot = event.target.closest?.("[data-zone][data-network]");
  if (dot) {
    const forms = [...document.querySelectorAll("form[data-live]")];
    const form = forms.find((each) => each.elements.key?.value === dot.dataset.zone);
    const box = form && [...form.querySelectorAll("[data-link]")].find((each) => each.value === dot.dataset.network);
    if (box) { event.preventDefault(); box.click(); return; }
  }
  const link = event.target.closest?.("a[href]");
  if (!link || !plain(event) || event.defaultPrevented || link.hasAttribute("download") || link.hash || link.target) return;
  const url = new URL(link.href, location);
  if (url.origin !== location.origin || url.pathname !== "/") return;
  event.preventDefault();
  if (link.getAttribute("aria-disabled") !== "true") show(url);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  event.preventDefault();
  if (form.method === "post") show(form.action, { method: "POST", body: fields }, { fresh: form });
  else {
    for (const [key, value] of [...fields]) if (!value) fields.delete(key);
    show(`${form.getAttribute("action")}?${fields}`, {}, { fresh: form });
  }
});

document.addEventListener("change", (event) => {
  const { form } = event.target;
  if (form?.hasAttribute("data-live") || event.target.matches("#question select")) form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const link = { n: "#next", p: "#back" }[event.key];
  if (link) document.querySelector(link)?.click();
});

addEventListener("popstate", () => show(location.href, {}, { push: false }));
later();
poll();
