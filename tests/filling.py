"""What fills a page of the form at once: name of the control → text; it says what it could not fill."""

FILL = """values => {
  const wrong = [], form = document.querySelector("form[data-autosave]");
  for (const [name, text] of Object.entries(values)) {
    const control = form.elements[name];
    if (!control) { wrong.push(name + " is not there"); continue; }
    control.value = text;
    if (control.value !== text) wrong.push(name + " does not offer " + text);
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
  for (const name of Object.keys(values))
    if (form.elements[name]?.closest("[hidden]")) wrong.push(name + " is hidden");
  return wrong;
}"""
