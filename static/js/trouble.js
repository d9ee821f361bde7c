// Trouble: nothing typed is lost, and somebody says so, in the box #trouble, which has the words.

const boxOf = () => document.getElementById("trouble");

export function trouble(kind) {
  const box = boxOf();
  if (!box) return;
  box.textContent = box.dataset[kind] || box.dataset.refused;
  if (kind === "signedOut") {
    const link = document.createElement("a");
    link.href = box.dataset.signInUrl;
    link.target = "_blank";
    link.rel = "noopener"; // or the new window would get what this tab keeps
    link.textContent = box.dataset.signIn;
    box.append(" ", link);
  }
  box.hidden = false;
}

export function quiet() {
  const box = boxOf();
  if (box) box.hidden = true;
}

const TROUBLES = { 403: "forbidden", 404: "gone", 405: "gone", 409: "moved", 410: "gone", 413: "tooLarge", 429: "tooMany" };
export const troubleOf = (status) => (status >= 500 ? "server" : TROUBLES[status] || "refused");

document.addEventListener("htmx:before:swap", (event) => {
  const response = event.detail?.ctx?.response;
  if (!response) return;
  if (event.detail.ctx.isRenewed) return; // the form's token was old: sending.js asks for another
  const url = response.raw?.url || "";
  const isPage = /^\s*<(?:!doctype|html)/i.test(event.detail.ctx.text || ""); // of an error, not a part of ours
  if (url.includes("/accounts/")) { event.preventDefault(); trouble("signedOut"); }
  else if (!response.headers?.has("X-Portal") || response.status >= 500 || (response.status >= 400 && isPage)) {
    event.preventDefault();
    trouble(troubleOf(response.status));
  }
  else quiet();
});
document.addEventListener("htmx:error", () => trouble("network"));
