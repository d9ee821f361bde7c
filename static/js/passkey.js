// Passkeys: asks the browser for one and sends its answer with the form.
// A form says with data-passkey what it wants: "create", "get", or "sign-in", whose challenge is
// fetched first. data-options holds the challenge, as the server has written it.

import { fromUrlSafe, toUrlSafe } from "./lib/bytes.js";

function withBytes(options) {
  const key = { ...options.publicKey, challenge: fromUrlSafe(options.publicKey.challenge) };
  if (key.user) key.user = { ...key.user, id: fromUrlSafe(key.user.id) };
  for (const name of ["allowCredentials", "excludeCredentials"]) {
    if (key[name]) key[name] = key[name].map((one) => ({ ...one, id: fromUrlSafe(one.id) }));
  }
  return { publicKey: key };
}

function asText(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toUrlSafe(new Uint8Array(credential.response[name]));
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toUrlSafe(new Uint8Array(credential.rawId)),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function optionsOf(form) {
  if (form.dataset.passkey !== "sign-in") return JSON.parse(form.dataset.options);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).request_options;
}

async function credentialFor(form) {
  const options = withBytes(await optionsOf(form));
  if (form.dataset.passkey !== "create") return navigator.credentials.get(options);
  const alone = form.elements.namedItem("passwordless")?.checked;
  options.publicKey.authenticatorSelection = {
    ...options.publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: Boolean(alone),
    ...(alone ? { userVerification: "required" } : {}),
  };
  return navigator.credentials.create(options);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const trouble = form.querySelector("[data-passkey-trouble]");
    if (trouble) trouble.hidden = true;
    try {
      form.elements.namedItem("credential").value = asText(await credentialFor(form));
      form.submit();
    } catch {
      if (trouble) trouble.hidden = false;
    }
  });
}
