import { initWasm, Resvg } from "@resvg/resvg-wasm";

const ACCENT = "#5468e0";
const GRID = 24;

/** The pictures by which systems show the installed dashboard, from the markup of the one icon. */
export async function drawIcons(markup: string): Promise<Record<string, Uint8Array>> {
  await initWasm(await Bun.file(Bun.resolveSync("@resvg/resvg-wasm/index_bg.wasm", import.meta.dir)).bytes());
  const filled = onGround(markup);
  return {
    "icon-192.png": draw(markup, 192),
    "icon-512.png": draw(markup, 512),
    "icon-maskable-192.png": draw(filled, 192),
    "icon-maskable-512.png": draw(filled, 512),
    "icon-apple-180.png": draw(filled, 180),
  };
}

function draw(markup: string, widthPx: number): Uint8Array {
  return new Resvg(markup, { fitTo: { mode: "width", value: widthPx } }).render().asPng();
}

/**
 * The icon in white on a ground that fills the picture: a system may cut a maskable icon to any shape that leaves the
 * circle of 80 % of its width (W3C Manifest, section "maskable"). The drawing's corners are 9.8 from its centre.
 */
function onGround(markup: string): string {
  const shapes = markup.slice(markup.indexOf(">") + 1, markup.lastIndexOf("</svg>"));
  const scale = 0.76;
  const shift = (GRID * (1 - scale)) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${GRID} ${GRID}" fill="none" stroke="#fff">`,
    `<rect width="${GRID}" height="${GRID}" fill="${ACCENT}" stroke="none"/>`,
    `<g transform="translate(${shift} ${shift}) scale(${scale})">${shapes.replaceAll(ACCENT, "#fff")}</g>`,
    "</svg>",
  ].join("");
}
