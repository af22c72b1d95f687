/* What the tests ask of a page. Each function gives a list of what is wrong, as text, unless it says something else. */
({
  named(element) {
    const classes = typeof element.className === "string" ? element.className : element.getAttribute("class") || "";
    const text = (element.textContent || "").trim().slice(0, 300).replace(/\s+/g, " ").slice(0, 60);
    return `<${element.localName}${element.id ? ` #${element.id}` : ""}${classes ? ` .${classes}` : ""}> ${text}`;
  },

  all(selector) {
    return [...document.querySelectorAll(selector)];
  },

  unfold() {
    this.all("details").forEach((one) => { one.open = true; });
  },

  /* Fewer rows of each group and groups of each table, and no parts of drawings that nobody hears. */
  shorten(rows, groups) {
    this.all("svg[aria-hidden]").forEach((one) => one.replaceChildren());
    this.all("table").forEach((one) => [...one.tBodies].slice(groups).forEach((body) => body.remove()));
    this.all("tbody").forEach((one) => [...one.rows].slice(rows).forEach((row) => row.remove()));
  },

  /* Fewer parts of the same kind beside each other, those that stay spread over all of them. */
  lessen(parts) {
    const beside = new Map();
    for (const one of this.all("main > section:has(> .up), .rule, article.variable, .index li, .contents li, details.more")) {
      if (!beside.has(one.parentElement)) beside.set(one.parentElement, []);
      beside.get(one.parentElement).push(one);
    }
    for (const list of beside.values()) {
      const step = Math.ceil(list.length / parts);
      list.filter((_, at) => at % step).forEach((one) => one.remove());
    }
  },

  /* Words that assistive technology reads out for an element that names itself. */
  nameOf(element) {
    const label = (element.getAttribute("aria-label") || "").trim();
    const by = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
    const words = by.map((id) => document.getElementById(id)?.textContent.trim() || "").join(" ").trim();
    const title = [...element.children].find((one) => one.localName === "title");
    return words || label || (title ? title.textContent.trim() : "");
  },

  /* Anything that could run, or fetch. */
  active() {
    const out = this.all("script, iframe, object, embed, link, base, form").map((one) => this.named(one));
    for (const one of this.all("*")) {
      for (const { name, value } of one.attributes) {
        const leads = ["href", "src", "srcset", "xlink:href", "action", "poster", "background"].includes(name);
        if (name.startsWith("on") || (leads && !/^(#|data:image\/)/.test(value))) out.push(`${name}="${value}" ${this.named(one)}`);
      }
    }
    return out;
  },

  headings() {
    const found = this.all("h1, h2, h3, h4, h5, h6");
    const out = found.filter((one) => !one.textContent.trim()).map((one) => `empty ${this.named(one)}`);
    const tops = found.filter((one) => one.localName === "h1").length;
    if (tops !== 1) out.push(`${tops} headings of the first level`);
    let last = 0;
    for (const one of found) {
      const level = Number(one.localName[1]);
      if (level > last + 1) out.push(`from level ${last} to ${level}: ${this.named(one)}`);
      last = level;
    }
    return out;
  },

  tables() {
    const out = [];
    for (const table of this.all("table")) {
      if (!table.caption || !table.caption.textContent.trim()) out.push(`no caption: ${this.named(table)}`);
      for (const head of table.querySelectorAll("th")) {
        if (!head.scope) out.push(`no scope: ${this.named(head)} of ${this.named(table)}`);
        if (!head.textContent.trim()) out.push(`empty heading: ${this.named(table)}`);
      }
      const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
      const bare = rows.filter((row) => !row.querySelector("th[scope=row], th[scope=rowgroup]"));
      if (bare.length) out.push(`${bare.length} rows without a heading: ${this.named(table)}: ${this.named(bare[0])}`);
    }
    return out;
  },

  regions() {
    const out = [];
    const mains = this.all("main").length;
    if (mains !== 1) out.push(`${mains} main parts`);
    for (const one of this.all("section, nav, [role=region], [role=group], [role=img]")) {
      const names = one.localName === "section" && !one.hasAttribute("role") ? "section" : one.localName;
      if (!this.nameOf(one)) out.push(`no name (${names}): ${this.named(one)}`);
    }
    for (const one of this.all(".scroll")) {
      if (one.tabIndex !== 0 || !this.nameOf(one)) out.push(`cannot be scrolled by keyboard: ${this.named(one)}`);
    }
    return out;
  },

  references() {
    const known = new Set();
    const out = [];
    for (const { id } of this.all("[id]")) {
      if (known.has(id)) out.push(`twice: #${id}`);
      known.add(id);
    }
    for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
      for (const one of this.all(`[${name}]`)) {
        for (const id of one.getAttribute(name).split(/\s+/)) if (!known.has(id)) out.push(`${name} leads nowhere: ${id}`);
      }
    }
    for (const one of this.all("a[href^='#']")) {
      const id = decodeURIComponent(one.getAttribute("href").slice(1));
      if (!known.has(id)) out.push(`a link leads nowhere: ${id}`);
    }
    return out;
  },

  pictures() {
    const out = [];
    for (const one of this.all("svg, img, canvas")) {
      const hidden = one.closest("[aria-hidden=true]");
      const inside = one.parentElement.closest("[role=img]");
      const own = one.getAttribute("role") === "img" && this.nameOf(one);
      if (inside ? !this.nameOf(inside) : !hidden && !own) out.push(`no text: ${this.named(one)}`);
    }
    return out;
  },

  /* ---- layout ---- */

  shown(element) {
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })
      && !element.closest(".hidden, .skip:not(:focus)");
  },

  /* Lines of text as they stand in the window: {text, element, node, left, right, top, bottom} in pixels. */
  lines(within = document.body) {
    const out = [];
    const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const seen = new Map();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || ["title", "desc", "style"].includes(element.localName)) continue;
      if (!seen.has(element)) seen.set(element, this.shown(element));
      if (!seen.get(element)) continue;
      range.selectNodeContents(node);
      for (const { left, right, top, bottom } of range.getClientRects()) {
        if (right - left >= 0.5) out.push({ text: node.data.trim().slice(0, 50), element, node, left, right, top, bottom });
      }
    }
    return out;
  },

  /* Everything about how text lies: lists by the name of what is wrong. */
  layout() {
    const lines = this.lines();
    return { wide: this.wide(lines), clipped: this.clipped(lines), overlaps: this.overlaps(lines), labels: this.labels() };
  },

  /* The page is not wider than its window, and no text is outside of it but what a part of its own scrolls. */
  wide(lines) {
    const out = [];
    const page = document.scrollingElement;
    if (page.scrollWidth > innerWidth) out.push(`${page.scrollWidth} px wide`);
    for (const one of lines) {
      if (one.left >= -1 && one.right <= innerWidth + 1) continue;
      const box = one.element.closest(".scroll, .part");
      const scrolls = box && ["auto", "scroll"].includes(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth;
      if (!scrolls) out.push(`outside: "${one.text}" ${this.named(one.element)}`);
    }
    return out;
  },

  /* Text that its own box does not hold: a cell, or something that hides what overflows. */
  clipped(lines) {
    const holders = new Map();
    const holder = (element) => {
      if (!element || element === document.body) return null;
      if (!holders.has(element)) {
        const cell = ["td", "th"].includes(element.localName);
        const cuts = !(element instanceof SVGElement) && ["hidden", "clip"].includes(getComputedStyle(element).overflowX);
        const own = cell || cuts ? { element, frame: element.getBoundingClientRect() } : null;
        holders.set(element, own || holder(element.parentElement));
      }
      return holders.get(element);
    };
    const out = [];
    for (const one of lines) {
      const box = one.element.closest(".mark, .star") ? null : holder(one.element);
      const over = box ? Math.max(box.frame.left - one.left, one.right - box.frame.right) : 0;
      if (over > 1) out.push(`${over.toFixed(0)} px over its box: "${one.text}" in ${this.named(box.element)}`);
    }
    return out;
  },

  /* Texts that run into each other. The middle half of the height is compared: lines may stand close. Labels that are
     turned have boxes that say nothing. */
  overlaps(lines) {
    const turned = (element) => element instanceof SVGElement && element.closest("[transform*=rotate]");
    const boxes = lines.filter((one) => !turned(one.element)).map((one) => {
      const quarter = (one.bottom - one.top) / 4;
      return { ...one, top: one.top + quarter, bottom: one.bottom - quarter };
    }).sort((a, b) => a.top - b.top);
    const out = [];
    let open = [];
    for (const one of boxes) {
      open = open.filter((other) => other.bottom > one.top);
      for (const other of open) {
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (across > 1.5 && down > 1.5 && one.node !== other.node) {
          out.push(`"${one.text}" and "${other.text}" in ${this.named(one.element.parentElement)}`);
        }
      }
      open.push(one);
    }
    return out;
  },

  /* Labels of a drawing that its frame does not hold. */
  labels() {
    const out = [];
    for (const text of this.all("svg text")) {
      if (!this.shown(text)) continue;
      const frame = text.ownerSVGElement.getBoundingClientRect();
      const box = text.getBoundingClientRect();
      const over = Math.max(frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom);
      if (over > 1) out.push(`${over.toFixed(0)} px outside: ${this.named(text)}`);
    }
    return out;
  },

  /* Characters for which no font has a picture: they look like one that has no meaning. */
  tofu() {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 48;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    const drawn = (sign, font) => {
      pen.clearRect(0, 0, 48, 48);
      pen.font = font;
      pen.fillText(sign, 8, 34);
      return pen.getImageData(0, 0, 48, 48).data.join();
    };
    const fonts = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const style = getComputedStyle(node.parentElement);
      const font = `${style.fontStyle} ${style.fontWeight} 24px ${style.fontFamily}`;
      if (!fonts.has(font)) fonts.set(font, new Set());
      for (const sign of node.data) if (!/[\s\p{C}]/u.test(sign) || /\p{Cn}/u.test(sign)) fonts.get(font).add(sign);
    }
    const out = [];
    for (const [font, signs] of fonts) {
      const nothing = drawn("\u{378}", font);
      for (const sign of signs) if (drawn(sign, font) === nothing) out.push(`U+${sign.codePointAt(0).toString(16)} ${sign} in ${font}`);
    }
    return out;
  },

  /* ---- from right to left ---- */

  /* First columns that do not stand right of the last, bars that grow to the right, names beside the wrong end of a map. */
  mirrored() {
    const out = [];
    for (const table of this.all("table")) {
      const row = table.rows[table.rows.length - 1];
      if (!row || row.cells.length < 2 || !this.shown(table)) continue;
      const [first, last] = [row.cells[0], row.cells[row.cells.length - 1]];
      if (first.getBoundingClientRect().left <= last.getBoundingClientRect().left) out.push(this.named(table));
    }
    for (const one of this.all("td.picture svg:not(.left), svg.strip")) {
      if (new DOMMatrix(getComputedStyle(one).transform).a !== -1) out.push(this.named(one));
    }
    for (const map of this.all("svg.map")) {
      const cells = Math.max(...[...map.querySelectorAll("rect")].map((one) => one.getBoundingClientRect().right));
      const beside = [...map.querySelectorAll("text.name")].filter((one) => one.getBoundingClientRect().left < cells);
      out.push(...beside.map((one) => this.named(one)));
    }
    return out;
  },

  /* Text that begins from right to left in a part of the page that runs the other way, and names of rows on the wrong side. */
  turned() {
    const out = [];
    for (const one of this.lines()) {
      if (one.element instanceof SVGElement || !/^[^\p{L}]*\p{Script=Arabic}/u.test(one.text)) continue;
      let block = one.element;
      while (getComputedStyle(block).display === "inline") block = block.parentElement;
      if (getComputedStyle(block).direction !== "rtl") out.push(`from left to right: ${one.text}`);
    }
    const range = document.createRange();
    for (const box of this.all("th[scope=row], .label")) {
      if (!this.shown(box) || !box.textContent.trim() || getComputedStyle(box).textAlign === "center") continue;
      range.selectNodeContents(box);
      const [text, frame] = [range.getBoundingClientRect(), box.getBoundingClientRect()];
      if (frame.right - text.right > text.left - frame.left + 16) out.push(`on the left: ${this.named(box)}`);
    }
    return out;
  },

  /* Columns of numbers that do not end at the same place, so that units do not stand under units. */
  columns() {
    const out = [];
    for (const table of this.all("table")) {
      const ends = new Map();
      for (const { element, right } of this.lines(table)) {
        const cell = element.closest("tbody td.number:not([colspan])");
        if (!cell || element.closest(".mark")) continue;
        const at = [...cell.parentElement.cells].slice(0, cell.cellIndex).reduce((sum, one) => sum + one.colSpan, 0);
        const column = ends.get(at) || ends.set(at, new Map()).get(at);
        column.set(cell, Math.max(right, column.get(cell) ?? -Infinity));
      }
      for (const [at, column] of ends) {
        const places = [...column.values()];
        if (Math.max(...places) - Math.min(...places) > 1.5) out.push(`column ${at} of ${this.named(table)}`);
      }
    }
    return out;
  },

  /* Numbers whose signs do not stand in the order in which they are written, from left to right. */
  disordered() {
    const out = [];
    const range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!/\d/.test(node.data) || !this.shown(node.parentElement)) continue;
      for (const found of node.data.matchAll(/(?<!\d)[-−+]?\d(?:[.,\u00a0\u202f']?\d)*\s?%?/g)) {
        const places = [...found[0].trimEnd()].map((_, at) => {
          range.setStart(node, found.index + at);
          range.setEnd(node, found.index + at + 1);
          return range.getBoundingClientRect();
        }).filter((box) => box.width > 0);
        const one = places.every((box, at) => !at || Math.abs(box.top - places[0].top) < 2);
        const digits = found[0].trimEnd().replace(/\s?%$/, "").length;
        const wrong = places.slice(0, digits).some((box, at) => at && box.left < places[at - 1].left - 0.5);
        if (one && wrong) out.push(`${found[0]} in ${this.named(node.parentElement)}`);
      }
    }
    return out;
  },

  /* Figures by their identity: the texts of the cells of each row. */
  figures() {
    const out = {};
    for (const row of this.all("tr[data-figure]")) {
      out[row.dataset.figure] = [...row.querySelectorAll("td")].map((cell) => {
        const copy = cell.cloneNode(true);
        copy.querySelectorAll(".hidden, svg").forEach((one) => one.remove());
        return copy.textContent.trim();
      });
    }
    return out;
  },

  /* ---- print ---- */

  /* What is folded away and does not show although it should. */
  folded() {
    const out = [];
    for (const one of this.all("details:not([open])")) {
      const parts = [...one.children].filter((part) => part.localName !== "summary" && part.textContent.trim());
      const seen = parts.every((part) => part.checkVisibility({ contentVisibilityAuto: true }) && part.getBoundingClientRect().height > 1);
      if (!seen) out.push(this.named(one));
    }
    return out;
  },
})
