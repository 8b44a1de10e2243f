// What the pages gain with JavaScript; without it every page still reads and sends.
"use strict";

const csrf = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrf(); });

// Size of the text: the style sheet acts at once, the server keeps it.
for (const radio of document.querySelectorAll(".text-size input[type=radio]"))
  radio.addEventListener("change", () => {
    document.documentElement.dataset.size = radio.value;
    fetch(radio.form.action, { method: "POST", body: new FormData(radio.form), redirect: "manual" });
  });

// “/” goes to the search for people, Escape closes a small menu.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const find = document.getElementById("find");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && find) {
    event.preventDefault();
    find.focus();
    find.select();
  }
  if (event.key === "Escape")
    for (const open of document.querySelectorAll("details.account[open], details.more[open]")) {
      open.open = false;
      if (open.contains(document.activeElement)) open.querySelector("summary").focus();
    }
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.account[open], details.more[open]"))
    if (!open.contains(event.target)) open.open = false;
});

// Problems first: the summary takes the focus.
const attend = (root) => root.querySelector?.(".error-summary")?.focus();
document.addEventListener("DOMContentLoaded", () => attend(document));
document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "refusal") attend(event.detail.target); });
