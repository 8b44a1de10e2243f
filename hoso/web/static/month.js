// The month with JavaScript: tick all, the number on the button.
"use strict";

const all = document.querySelector("[data-pick-all]");
const picks = [...document.querySelectorAll("[data-pick]")];
const words = document.querySelector("[data-many]");

const none = words?.textContent;

const count = () => {
  const number = picks.filter((pick) => pick.checked).length;
  if (words) words.textContent = number ? words.dataset.many.replace("#", number) : none;
  if (all) {
    all.checked = number === picks.length;
    all.indeterminate = number > 0 && number < picks.length;
  }
};

if (all) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const pick of picks) pick.checked = all.checked;
    count();
  });
}
for (const pick of picks) pick.addEventListener("change", count);
if (picks.length) count();
