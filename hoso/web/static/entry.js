// Entering: a draft that saves itself, keeps what could not be saved, and shows what depends on other answers.
"use strict";

for (const form of document.querySelectorAll("form[data-autosave]")) entry(form);

function entry(form) {
  const words = form.dataset, note = document.querySelector(".save-note"), memory = `hoso:${words.key}`;
  const seen = form.elements.seen;
  const controls = () => [...form.elements].filter((each) => each.name.includes(".") && !/^(chon|anh|thay):/.test(each.name));
  const last = new Map(controls().map((each) => [each.name, each.value]));
  const unsaved = () => controls().filter((each) => last.get(each.name) !== each.value);
  const finished = () => form.querySelector("[name=xong]:checked")?.value ?? "";
  let timer = 0, running = null, again = false, leaving = false, done = finished();

  const say = (text, late) => {
    if (!note) return;
    note.textContent = text;
    note.classList.toggle("late-word", Boolean(late));
  };
  const remember = () => {
    const kept = Object.fromEntries(unsaved().filter((each) => !("protected" in each.dataset)).map((each) => [each.name, each.value]));
    try {
      if (Object.keys(kept).length) sessionStorage.setItem(memory, JSON.stringify(kept));
      else sessionStorage.removeItem(memory);
    } catch { /* no room or not allowed: the page itself still holds the text */ }
  };

  async function save(keepalive = false) {
    clearTimeout(timer);
    if (leaving || (!unsaved().length && finished() === done)) return;
    if (running && !keepalive) { again = true; return; }
    running = send(keepalive);
    await running;
    running = null;
    if (again) { again = false; save(); }
  }

  async function send(keepalive) {
    const sent = new Map(controls().map((each) => [each.name, each.value]));
    const mark = finished();
    const body = new URLSearchParams({ seen: seen.value, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    if (mark) body.set("xong", mark);
    for (const [name, value] of sent) if (value !== last.get(name)) body.set(name, value);
    say(words.saving);
    try {
      const answer = await fetch(form.action, { method: "POST", body, keepalive, headers: { "X-Autosave": "1", "HX-Request": "true" } });
      if (answer.headers.has("HX-Redirect") || answer.redirected || answer.status === 403) say(words.signedOut, true);
      else if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
        const told = await answer.json();
        const traces = JSON.parse(seen.value);
        for (const [path, trace] of Object.entries(told.seen)) {
          traces[path] = trace;
          last.set(path, sent.get(path));
        }
        seen.value = JSON.stringify(traces);
        done = mark;
        remember();
        if (told.clashes.length) say(words.clash, true);
        else say(words.saved.replace("{gio}", told.clock));
      } else say(answer.status >= 500 ? words.failed : words.refused, true);
    } catch {
      say(words.failed, true);
      timer = setTimeout(save, 10000);
    }
  }

  form.addEventListener("input", (event) => {
    if (!event.target.name?.includes(".")) return;
    remember();
    clearTimeout(timer);
    timer = setTimeout(save, 800);
  });
  form.addEventListener("change", (event) => {
    depend();
    const send = event.target.dataset.send;
    if (event.target.type === "file" && event.target.files.length) {
      const button = form.querySelector(`button[name=viec][value="${send || "tai-len"}"]`);
      if (button) form.requestSubmit(button);
      return;
    }
    if (event.target.name?.startsWith("chon:") || event.target.name === "xoa") return;
    remember();
    save();
  });
  form.addEventListener("focusout", () => save());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  // A save that is under way comes first: what the page remembers of the draft is old until it ends.
  form.addEventListener("submit", (event) => {
    leaving = true;
    clearTimeout(timer);
    remember();
    if (!running) return;
    event.preventDefault();
    const { submitter } = event;
    running.finally(() => setTimeout(() => form.requestSubmit(submitter)));
  });
  addEventListener("pageshow", () => { leaving = false; });

  // What could not be saved the last time.
  let kept = {};
  try { kept = JSON.parse(sessionStorage.getItem(memory) || "{}"); } catch { kept = {}; }
  const lost = controls().filter((each) => each.name in kept && kept[each.name] !== each.value);
  const offer = form.querySelector(".restore");
  if (offer && lost.length) {
    offer.hidden = false;
    offer.querySelector("[data-restore]").addEventListener("click", () => {
      for (const each of lost) each.value = kept[each.name];
      offer.hidden = true;
      depend();
      save();
      lost[0].focus();
    });
    offer.querySelector("[data-forget]").addEventListener("click", () => { offer.hidden = true; sessionStorage.removeItem(memory); });
  } else try { sessionStorage.removeItem(memory); } catch { /* nothing kept */ }

  // Questions that only some answers raise.
  function depend() {
    for (const box of form.querySelectorAll("[data-when]")) {
      const { id, words: fitting } = JSON.parse(box.dataset.when), other = document.getElementById(id);
      if (!other) continue;
      const said = other.value.trim();
      box.hidden = !said || (fitting.length > 0 && !fitting.includes(said));
    }
  }
  depend();
}
