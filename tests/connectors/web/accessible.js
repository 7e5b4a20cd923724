// What is wrong with this page for people who do not see it, or see it badly: WCAG 2.2 AA as far as a script can tell.
() => {
  const faults = [];
  const fault = (what, node) => faults.push(`${what}: ${(node.outerHTML || String(node)).slice(0, 140)}`);
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && node.getClientRects().length > 0;
  const hiddenFromAll = (node) => node.closest("[aria-hidden=true]") !== null;
  const parse = (text) => { const [r, g, b, a = "1"] = text.match(/[\d.]+/g) || ["0", "0", "0", "0"]; return [+r, +g, +b, +a]; };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => { const share = part / 255; return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (one, two) => { const [a, b] = [light(one), light(two)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
  const over = (top, below) => top[3] >= 1 ? top : [0, 1, 2].map((part) => top[part] * top[3] + below[part] * (1 - top[3])).concat(1);
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) { const found = parse(getComputedStyle(at).backgroundColor); layers.push(found); if (found[3] >= 1) break; }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };

  // Contrast of every text that is shown.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || !shown(node) || node.closest(".hidden, .skip, script, title, option")) continue;
    const style = getComputedStyle(node);
    const inSvg = node.closest("svg") !== null;
    const cell = inSvg ? node.closest("a")?.querySelector("rect") : null;
    const below = cell ? over(parse(getComputedStyle(cell).fill), ground(node.closest("svg"))) : ground(inSvg ? node.closest("svg") : node);
    const ink = over(parse(inSvg ? style.fill : style.color), below);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700) ? 3 : 4.5;
    if (ratio(ink, below) < least - 0.01) fault(`contrast ${ratio(ink, below).toFixed(2)} < ${least}`, node);
  }

  // Names.
  const named = (node) => (node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent || node.getAttribute("title") || "").trim();
  for (const node of document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href], summary")) {
    if (!hiddenFromAll(node) && !named(node)) fault("no name", node);
  }
  for (const node of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!node.labels?.length && !node.getAttribute("aria-label")) fault("no label", node);
  }
  for (const node of document.querySelectorAll("svg")) {
    if (!hiddenFromAll(node) && !(node.getAttribute("role") && node.getAttribute("aria-label"))) fault("picture without words", node);
  }
  for (const node of document.querySelectorAll("fieldset")) if (!node.querySelector("legend")?.textContent.trim()) fault("no legend", node);
  for (const node of document.querySelectorAll("th")) if (!node.scope) fault("no scope", node);

  // Structure.
  for (const [selector, wanted] of [["main", 1], ["h1", 1], ["body > header", 1], ["body > footer", 1]]) {
    if (document.querySelectorAll(selector).length !== wanted) fault(`not ${wanted} ${selector}`, document.body.tagName);
  }
  for (const node of document.querySelectorAll("nav, [role=region], [role=search]")) {
    if (!node.getAttribute("aria-label") && !node.getAttribute("aria-labelledby")) fault("landmark without a name", node);
  }
  let level = 0;
  for (const node of document.querySelectorAll("h1, h2, h3, h4")) {
    const at = +node.tagName[1];
    if (at > level + 1) fault(`heading after level ${level}`, node);
    level = at;
  }
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) fault("id twice", id);
  for (const name of ["aria-labelledby", "aria-describedby", "for", "list"]) {
    for (const node of document.querySelectorAll(`[${name}]`)) if (!document.getElementById(node.getAttribute(name))) fault(`${name} leads nowhere`, node);
  }
  for (const node of document.querySelectorAll("ol > :not(li), ul > :not(li)")) fault("no item of a list", node);
  for (const node of document.querySelectorAll("[tabindex]")) if (node.tabIndex > 0) fault("order of focus forced", node);
  if (!document.documentElement.lang) fault("no language", document.documentElement.tagName);
  if (!document.title.trim()) fault("no title", document.head.tagName);
  if (/maximum-scale|user-scalable/.test(document.querySelector("meta[name=viewport]")?.content || "maximum-scale")) fault("zoom forbidden", document.head.tagName);

  // What is pressed is large enough, what scrolls can be focused, nothing runs out of the page.
  for (const node of document.querySelectorAll("button, select, input:not([type=hidden]), nav a, summary")) {
    const { width, height } = node.getBoundingClientRect();
    const label = node.closest("label")?.getBoundingClientRect();
    if (shown(node) && (Math.max(height, label?.height || 0) < 24 || Math.max(width, label?.width || 0) < 24)) fault(`${Math.round(width)} x ${Math.round(height)} to press`, node);
  }
  for (const node of document.querySelectorAll("body *")) {
    const style = getComputedStyle(node);
    if (/auto|scroll/.test(style.overflowX) && node.scrollWidth > node.clientWidth + 1 && node.tabIndex < 0 && !node.matches("textarea, input, select")) fault("scrolls and takes no focus", node);
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) fault(`${document.documentElement.scrollWidth} px wide`, document.body.tagName);
  return faults;
}
