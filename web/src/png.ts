// An SVG document as a PNG. The browser app uses this file too: it imports nothing of the widget.

/**
 * Draws an SVG document; `null` if the browser cannot draw it. A policy for images has to allow
 * `data:`.
 */
export async function pngFromSvg(text: string, scale: number): Promise<Blob | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [
    Math.round(image.width * scale),
    Math.round(image.height * scale),
  ];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
