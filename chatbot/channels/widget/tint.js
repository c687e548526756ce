/** An element's accent colour made into one that reads as text, on light grounds and on dark ones. */
export function linkColor({ accent, luminance }) {
  const light = readable([255, 255, 255], [0, 0, 0], 5.6);
  const dark = readable([23, 27, 33], [255, 255, 255], 7.5);
  return CSS.supports("color", "light-dark(#000, #fff)") ? `light-dark(${light}, ${dark})` : light;

  function readable(ground, other, ratio) {
    const base = luminance(ground) + 0.05;
    let mixed = accent;
    for (let part = 0.05; part < 1; part += 0.05) {
      const own = luminance(mixed) + 0.05;
      if (Math.max(own / base, base / own) >= ratio) break;
      mixed = accent.map((value, index) => Math.round(value + (other[index] - value) * part));
    }
    return `rgb(${mixed.join(" ")})`;
  }
}
