// What the page does beyond HTML: it shows news as it comes, and it listens to keys. Without it everything else works.
"use strict";

const live = document.getElementById("live");
let cursor = -1;
let pending = 0;

// An alert has changed: fetch this page once more and put its list in place of the one shown. Filters are in its address.
async function refresh() {
  const seen = new Map([...document.querySelectorAll("#list > li")].map((row) => [row.dataset.id, row.dataset.version]));
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "live" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const list = page.getElementById("list");
  const focused = document.activeElement?.closest("#list > li")?.dataset.id;
  let fresh = 0;
  for (const row of list.querySelectorAll(":scope > li")) {
    if (seen.get(row.dataset.id) !== row.dataset.version) { row.classList.add("fresh"); fresh += 1; }
  }
  document.getElementById("list").replaceWith(list);
  if (focused) list.querySelector(`li[data-id="${CSS.escape(focused)}"] h2 a`)?.focus({ preventScroll: true });
  if (fresh) live.textContent = fresh === 1 ? "live · 1 alert is new or has news" : `live · ${fresh} alerts are new or have news`;
}

function listen(address) {
  const stream = new EventSource(address);
  stream.onopen = () => { live.className = "on"; live.textContent = live.textContent || "live"; };
  stream.onerror = () => { live.className = ""; live.textContent = "not connected; trying again"; };
  stream.addEventListener("alert", () => {
    clearTimeout(pending);
    pending = setTimeout(refresh, 120);
  });
  addEventListener("pagehide", () => stream.close());
}

if (live?.dataset.stream) listen(live.dataset.stream);

function move(step) {
  const links = [...document.querySelectorAll("#list h2 a")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  cursor = Math.max(0, Math.min(links.length - 1, (at < 0 ? (step > 0 ? -1 : links.length) : at) + step));
  links[cursor].focus();
  links[cursor].scrollIntoView({ block: "nearest" });
}

let going = 0;
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (event.key === "/") { const box = document.getElementById("q"); if (box) { box.focus(); box.select(); } else location.href = "/"; }
  else if (event.key === "?") { const keys = document.getElementById("keys"); if (keys.open) keys.close(); else keys.showModal(); }
  else if (event.key === "u" && document.querySelector(".back a")) document.querySelector(".back a").click();
  else if (event.key === "[" || event.key === "]") document.querySelector(`.pages a[rel="${event.key === "[" ? "prev" : "next"}"]`)?.click();
  else if (event.key === "g") { going = Date.now(); return; }
  else if (Date.now() - going < 1500) document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`)?.click();
  else return;
  going = 0;
  event.preventDefault();
});
