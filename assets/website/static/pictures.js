// Pictures of figures: SVG with the style sheet that files contain, and PNG at twice the size, for print.

const SCALE = 2;

// The address of a picture of an SVG element. The style sheet has the colours of light mode as values.
export async function svgAddress(svg, styleAddress) {
  const response = await fetch(styleAddress);
  if (!response.ok) throw new Error(`the style sheet cannot be loaded (HTTP status ${response.status})`);
  const style = await response.text();
  const markup = new XMLSerializer().serializeToString(svg);
  const complete = markup.replace(">", () => `><style>${style}</style>`);
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(complete)}`;
}

// The address of a PNG picture of an SVG picture.
export async function pngAddress(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * SCALE;
  canvas.height = image.naturalHeight * SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}
