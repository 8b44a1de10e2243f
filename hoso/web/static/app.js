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

// Code-picker: a text box that the server understands as it is; here it also offers what the list has.
// <div class="code-picker"><input id="x" data-codes="/danh-muc/…/"></div>; the listbox is made beside it.
function pick(box) {
  const list = document.createElement("ul");
  list.id = `${box.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.label || document.querySelector(`label[for="${box.id}"]`)?.textContent || "");
  list.hidden = true;
  box.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" }))
    box.setAttribute(name, value);
  box.removeAttribute("list");

  let active = -1, asked = 0, timer = 0;
  const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
  const show = (open) => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) mark(-1);
  };
  const mark = (index) => {
    active = index;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const chosen = options()[index];
    if (chosen) {
      box.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else box.removeAttribute("aria-activedescendant");
  };
  const choose = (option) => {
    box.value = option.dataset.value;
    show(false);
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const ask = async () => {
    const mine = ++asked;
    const answer = await fetch(box.dataset.codes, {
      method: "POST", // what somebody types may be protected: it stands in no address
      headers: { "HX-Request": "true", "X-CSRFToken": csrf() },
      body: new URLSearchParams({ q: box.value, id: box.id }),
    });
    if (!answer.ok || mine !== asked || document.activeElement !== box) return;
    list.innerHTML = await answer.text();
    show(true);
    mark(-1);
  };
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  box.addEventListener("blur", () => setTimeout(() => show(false), 150));
  box.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else if (count) mark((active + (event.key === "ArrowDown" ? 1 : count - (active < 0 ? 0 : 1))) % count);
    } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
      event.preventDefault();
      choose(options()[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      show(false);
    }
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    event.preventDefault();
    if (option) choose(option);
  });
}
const pickAll = (root) => { for (const box of root.querySelectorAll("input[data-codes]:not([role=combobox])")) pick(box); };
document.addEventListener("DOMContentLoaded", () => pickAll(document));
document.addEventListener("htmx:load", (event) => pickAll(event.detail.elt));

// The name of a chosen file in place of the invitation to choose one.
for (const input of document.querySelectorAll(".upload input[type=file]"))
  input.addEventListener("change", () => {
    const name = input.closest(".upload").querySelector("[data-file-name]");
    if (name && input.files.length) name.textContent = input.files[0].name;
  });
