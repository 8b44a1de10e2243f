// Passkeys: the browser's own dialogue. Two kinds of form: data-new-passkey (what to create) and data-passkey (where to ask).
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

async function create({ publicKey: asked }) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: known(asked.excludeCredentials),
    },
  });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject) },
    clientExtensionResults: made.getClientExtensionResults(),
  };
}

async function answer({ publicKey: asked }) {
  const given = await navigator.credentials.get({
    publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: known(asked.allowCredentials) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = given.response;
  return {
    id: given.id,
    rawId: text(given.rawId),
    type: given.type,
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle && text(userHandle),
    },
    clientExtensionResults: given.getClientExtensionResults(),
  };
}

async function options(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const given = await fetch(form.dataset.passkey, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!given.ok) throw new Error(given.status);
  return given.json();
}

for (const form of document.querySelectorAll("form[data-passkey], form[data-new-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const error = form.querySelector("[role=alert]");
    error.hidden = true;
    try {
      const shown = form.dataset.passkey ? await answer(await options(form)) : await create(JSON.parse(form.dataset.newPasskey));
      form.elements.khoa.value = JSON.stringify(shown);
      form.submit();
    } catch {
      error.hidden = false;
    }
  });
}
