// An SVG document as a picture of pixels. The browser app uses it too, so it needs nothing of the widget.

/** Draws an SVG document; nothing where the browser makes no picture. A policy for images has to allow `data:`. */
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
