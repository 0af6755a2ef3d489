// The page works without this script, by loading pages. With it, what a link or form leads to is fetched and morphed in,
// so that focus, scroll and text being typed stay.
import { Idiomorph } from "./idiomorph.js";

let latest = 0;

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

// A part of the page by itself; nothing where the page is left meanwhile, or the server is gone.
async function part(url, id) {
  try {
    const html = await (await fetch(url)).text();
    return new DOMParser().parseFromString(html, "text/html").getElementById(id);
  } catch {
    return null;
  }
}

// What takes long comes after the page.
async function later() {
  const url = document.querySelector("#findings[data-src]")?.dataset.src;
  const mine = latest;
  const fresh = url && await part(url, "findings");
  const now = document.querySelector("#findings[data-src]");
  if (fresh && mine === latest && now) morph(now, fresh);
}

// The queries of a running server, once a second while somebody can see them.
async function poll() {
  const url = document.querySelector("#queries[data-poll]")?.dataset.poll;
  if (!url) return;
  if (!document.hidden) {
    const fresh = await part(url, "queries");
    if (!fresh) return;
    const now = document.querySelector("#queries[data-poll]");
    if (now?.dataset.poll === url) morph(now, fresh);
  }
  setTimeout(poll, 1000);
}

const plain = (event) => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

document.addEventListener("click", (event) => {
  const lane = event.target.closest?.(".folded[data-lane]");
  if (lane) {
    const url = new URL(location);
    url.pathname = "/";
    url.searchParams.append("lane", lane.dataset.lane);
    show(url);
    return;
  }
  const dot = event.target.closest?.("[data-zone][data-network]");
  if (dot) {
    const forms = [...document.querySelectorAll("form[data-live]")];
    const form = forms.find((each) => each.elements.key?.value === dot.dataset.zone);
    const box = form && [...form.querySelectorAll("[name=network]")].find((each) => each.value === dot.dataset.network);
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
