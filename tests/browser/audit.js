// What is wrong with the page as it is shown now: a list of sentences, empty when nothing is. Everything that can be
// folded out is folded out first. Measured where it stands: width, light and medium are those of the moment.
const problems = [];
const complain = (what, element) => problems.push(element ? `${what}: ${named(element)}` : what);
const named = (element) =>
  `<${element.localName}${element.id ? "#" + element.id : ""}> ${element.textContent.trim().replace(/\s+/g, " ").slice(0, 60)}`;
const all = (selector) => [...document.querySelectorAll(selector)];

for (const details of all("details")) details.open = true;

// What it is called, and in which language.
if (!document.title.trim()) complain("no title");
if (!document.documentElement.lang) complain("no language");
if (all("h1").length !== 1) complain(`${all("h1").length} headings of the first level`);
if (all("main").length !== 1) complain(`${all("main").length} main parts`);
let level = 0;
for (const heading of all("h1, h2, h3, h4, h5, h6")) {
  const own = Number(heading.localName[1]);
  if (own > level + 1) complain(`a heading of level ${own} after one of level ${level}`, heading);
  level = own;
}

// Nothing reaches over the edge, except inside what scrolls by itself.
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width) complain(`${document.documentElement.scrollWidth} pixels wide`);
const scrolls = (element) => /auto|scroll|hidden/.test(getComputedStyle(element).overflowX);
const kept = (element) => element && element !== document.body && (scrolls(element) || kept(element.parentElement));
for (const element of all("body *")) {
  if (element.getBoundingClientRect().right > width + 1 && !kept(element.parentElement)) complain("over the edge", element);
}

// For those who do not see the page, or use no mouse.
for (const image of all("img:not([alt])")) complain("an image without words", image);
for (const control of all("input, select, textarea")) {
  if (!control.labels.length && !control.ariaLabel) complain("a control without a label", control);
}
for (const button of all("button, a[href]")) {
  if (!button.textContent.trim() && !button.ariaLabel) complain("nothing to call it by", button);
}
for (const box of all("pre")) {
  const inside = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (inside && box.tabIndex < 0) complain("scrolls, but not by the keyboard", box);
}
const seen = new Set();
for (const { id } of all("[id]")) {
  if (seen.has(id)) complain(`the id ${id} stands twice`);
  seen.add(id);
}

// Links.
for (const link of all("a[href]")) {
  const url = new URL(link.href);
  const isHere = url.origin === location.origin && url.pathname === location.pathname;
  if (isHere && url.hash && !document.getElementById(decodeURIComponent(url.hash.slice(1)))) complain("leads nowhere", link);
  if (url.origin === location.origin) continue;
  for (const word of ["external", "noopener"]) if (!link.relList.contains(word)) complain(`leads away without ${word}`, link);
  if (!getComputedStyle(link, "::after").content.includes("↗")) complain("leads away without a mark", link);
}

// Contrast of text with what lies behind it (WCAG 2.2, 1.4.3).
const parts = (color) => (color.match(/[\d.]+/g) || []).map(Number);
const luminance = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const behind = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const color = parts(getComputedStyle(e).backgroundColor);
    if (color.length === 3) return color;
  }
  return [255, 255, 255];
};
const looked = new Set();
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || looked.has(element) || !element.getClientRects().length) continue;
  looked.add(element);
  const style = getComputedStyle(element);
  const [one, other] = [luminance(parts(style.color)), luminance(behind(element))].sort((a, b) => b - a);
  const size = parseFloat(style.fontSize);
  const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
  const contrast = (one + 0.05) / (other + 0.05);
  if (contrast < needed) complain(`contrast ${contrast.toFixed(2)}, needed ${needed}`, element);
}
return problems;
