// What was opened takes the focus, so that one hears it; the section being read is marked in the contents.
"use strict";

document.addEventListener("htmx:load", (event) => { if (event.detail.elt.id === "da-mo") event.detail.elt.focus(); });

const lines = new Map([...document.querySelectorAll(".contents a[href^='#']")].map((link) => [link.hash.slice(1), link]));
const seen = new Set();
const mark = () => {
  const first = [...lines.keys()].find((id) => seen.has(id));
  for (const [id, link] of lines) id === first ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
};
const watch = new IntersectionObserver((entries) => {
  for (const entry of entries) entry.isIntersecting ? seen.add(entry.target.id) : seen.delete(entry.target.id);
  mark();
}, { rootMargin: "-120px 0px -55% 0px" });
for (const id of lines.keys()) { const section = document.getElementById(id); if (section) watch.observe(section); }
