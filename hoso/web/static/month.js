// The month with JavaScript: tick all, the number on the button, the name of the chosen file.
"use strict";

const all = document.querySelector("[data-pick-all]");
const picks = [...document.querySelectorAll("[data-pick]")];
const words = document.querySelector("[data-many]");

const count = () => {
  const number = picks.filter((pick) => pick.checked).length;
  if (words) words.textContent = words.dataset.many.replace("#", number);
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

for (const input of document.querySelectorAll(".upload input[type=file]"))
  input.addEventListener("change", () => {
    const name = input.closest(".upload").querySelector("[data-file-name]");
    if (name && input.files.length) name.textContent = input.files[0].name;
  });
