// Keys of the verifier, progress while deciding, and the middle column that follows; the page works without them.
"use strict";

const form = document.getElementById("kiem-tra");
const places = [...form.querySelectorAll("[data-place]")];
const attest = document.getElementById("khop-giay");
let active = null;

document.documentElement.classList.add("js");
form.querySelector(".keys").hidden = false;

const answer = (place) => place.querySelector(".decide input:checked")?.value ?? "";
const undecided = (place) => !answer(place);
const radio = (place, value) => place.querySelector(`.decide input[value="${value}"]`);

// What lies in a row that is gone has nothing to accept.
const choose = (place, value) => {
  const found = radio(place, value);
  if (found) found.checked = true;
};

const show = (part) => {
  for (const each of form.querySelectorAll("[data-beside]")) each.classList.toggle("is-shown", each.dataset.beside === part);
};

const go = (place, focus = true) => {
  if (active) { active.classList.remove("is-active"); active.removeAttribute("aria-current"); }
  active = place;
  place.classList.add("is-active");
  place.setAttribute("aria-current", "true");
  show(place.dataset.part);
  if (focus) place.focus({ preventScroll: true }), place.scrollIntoView({ block: "nearest" });
};

const step = (by) => {
  const at = places.indexOf(active);
  const next = places[Math.min(Math.max(at + by, 0), places.length - 1)];
  if (next) go(next);
};

// After an answer: the next place without one, or what is left to attest.
const onward = () => {
  const at = places.indexOf(active);
  const next = places.slice(at + 1).find(undecided) ?? places.find(undecided);
  if (next) go(next);
  else attest.focus();
};

const progress = () => {
  const done = places.filter((place) => !undecided(place)).length;
  form.querySelector(".progress b").textContent = form.querySelector(".progress b").textContent.replace(/^\d+/, done);
  const cells = form.querySelectorAll(".part-meter i");
  places.forEach((place, index) => {
    place.classList.toggle("is-accepted", answer(place) === "chap-nhan");
    if (cells[index]) cells[index].className = { "chap-nhan": "is-done", "tra-lai": "is-back" }[answer(place)] ?? "";
  });
};

// What is tied is answered together.
const decide = (place, value) => {
  const together = place.closest(".tied")?.querySelectorAll("[data-place]") ?? [place];
  for (const each of together) choose(each, value);
  progress();
};

const acceptPart = (part) => {
  for (const place of places) if (place.dataset.part === part) choose(place, "chap-nhan");
  progress();
};

form.addEventListener("change", (event) => {
  const place = event.target.closest("[data-place]");
  if (!place) return;
  if (event.target.closest(".decide")) decide(place, event.target.value);
  if (place !== active) go(place, false);
});

// A chip writes its words where nothing else was typed.
form.addEventListener("change", (event) => {
  const chips = event.target.closest(".quick-reasons");
  if (!chips) return;
  const box = chips.parentElement.querySelector("textarea");
  const words = [...chips.querySelectorAll("span")].map((each) => each.textContent);
  if (!box.value.trim() || words.includes(box.value)) box.value = event.target.nextElementSibling.textContent;
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=ca-phan]");
  if (!button) return;
  event.preventDefault();
  acceptPart(button.value);
  const last = places.filter((place) => place.dataset.part === button.value).pop();
  if (last) { go(last, false); onward(); }
});

form.addEventListener("focusin", (event) => {
  const place = event.target.closest("[data-place]");
  if (place && place !== active) go(place, false);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])")) return;
  const key = event.key.toLowerCase();
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    a: () => {
      if (!active) return;
      if (event.shiftKey) acceptPart(active.dataset.part); else decide(active, "chap-nhan");
      onward();
    },
    r: () => {
      if (!active) return;
      decide(active, "tra-lai");
      active.querySelector(".quick-reasons input").focus({ preventScroll: true });
      active.scrollIntoView({ block: "nearest" });
    },
    z: () => (form.querySelector("[data-tool=closer]") ?? form.querySelector(".scan-docs [aria-current]"))?.click(),
  };
  if (!acts[key]) return;
  event.preventDefault();
  acts[key]();
});

const first = places.find((place) => place.classList.contains("has-error")) ?? places.find(undecided) ?? places[0];
if (first) go(first, !document.querySelector(".error-summary"));
progress();
