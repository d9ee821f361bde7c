// A QR code, drawn in place as a picture of squares.

export function drawQr(place, text) {
  if (!globalThis.qrcode || !place) return;
  const code = globalThis.qrcode(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `-2 -2 ${size + 4} ${size + 4}`);
  svg.setAttribute("class", "qr");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  let drawn = "";
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (code.isDark(row, column)) drawn += `M${column} ${row}h1v1h-1z`;
    }
  }
  path.setAttribute("d", drawn);
  svg.append(path);
  place.replaceChildren(svg);
}
