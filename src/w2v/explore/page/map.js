// The map: points and words on a canvas, which can be moved, zoomed and asked.

import { LabelSpace } from "./labels.js";

const GROUPS = 8;
const MOST_LABELS = 90;
const MOST_TRIED = 1500; // words that are tried for a label in one frame
const NEAR = 12; // pixels within which a point is meant
const FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The bounds of all but one per cent of the values; 0 and 1 if there are none. */
function inner(values) {
  const sorted = Float32Array.from(values).sort();
  const outer = Math.floor(sorted.length * 0.005);
  return sorted.length ? [sorted[outer], sorted[sorted.length - 1 - outer]] : [0, 1];
}

export class WordMap {
  #canvas; #context; #picked; #hovered;
  #words = []; #index = new Map(); #groups = []; #widths = [];
  #x = new Float32Array(0); #y = new Float32Array(0);
  #from = null; // places that the points come from, while they move
  #zoom = 1; #left = 0; #top = 0; // pixels = place * zoom * side + left, top
  #width = 0; #height = 0; #side = 1;
  #main = []; #near = new Set();
  #colours = null; #waiting = false; #pointers = new Map(); #moved = 0;

  /** `picked(word)` is called for a click or Enter, `hovered(word, x, y)` for a point under the pointer, or null. */
  constructor(canvas, picked, hovered) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#picked = picked;
    this.#hovered = hovered;
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#listen();
  }

  get size() { return this.#words.length; }

  has(word) { return this.#index.has(word); }

  /** Show places, from 0 to 65535; the points move there if the words are the same. */
  show({ words, x, y, group }) {
    const same = words.length === this.#words.length && words.every((word, number) => word === this.#words[number]);
    const places = [Float32Array.from(x, (value) => value / 65535), Float32Array.from(y, (value) => 1 - value / 65535)];
    if (same && !still.matches) this.#from = { x: this.#x, y: this.#y, start: performance.now() };
    [this.#x, this.#y] = places;
    this.#zoomAll();
    this.#words = words;
    this.#index = new Map(words.map((word, number) => [word, number]));
    this.#widths = [];
    this.#groups = Array.from({ length: GROUPS }, () => []);
    group.forEach((number, word) => this.#groups[number].push(word));
    this.draw();
  }

  /** Mark words and their neighbours; move the map if the first of them cannot be seen. */
  mark(main, near) {
    const places = (list) => list.map((word) => this.#index.get(word)).filter((place) => place !== undefined);
    this.#main = places(main);
    this.#near = new Set(places(near));
    if (this.#main.length) this.#reveal(this.#main[0]);
    this.draw();
  }

  /** Zoom by a factor; the point of the map at (x, y), by default the middle, stays where it is. */
  zoom(factor, x = this.#width / 2, y = this.#height / 2) {
    const zoom = Math.min(400, Math.max(0.5, this.#zoom * factor));
    const change = zoom / this.#zoom;
    this.#left = x - (x - this.#left) * change;
    this.#top = y - (y - this.#top) * change;
    this.#zoom = zoom;
    this.draw();
  }

  all() {
    this.#zoomAll();
    this.draw();
  }

  /** Colours have changed. */
  recolour() {
    this.#colours = null;
    this.draw();
  }

  draw() {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame((now) => {
      this.#waiting = false;
      this.#paint(now);
    });
  }

  // ---- places ----

  /** Show all but the outermost points: a few that lie far off would make the others small. */
  #zoomAll() {
    const [left, right] = inner(this.#x);
    const [top, bottom] = inner(this.#y);
    const fit = Math.min(this.#width / (right - left || 1), this.#height / (bottom - top || 1)) * 0.9;
    this.#zoom = Math.min(8, Math.max(0.5, fit / this.#side));
    const scale = this.#zoom * this.#side;
    this.#left = this.#width / 2 - ((left + right) / 2) * scale;
    this.#top = this.#height / 2 - ((top + bottom) / 2) * scale;
  }

  #resize() {
    const { width, height } = this.#canvas.getBoundingClientRect();
    if (!width || !height) return;
    const middle = [(this.#width / 2 - this.#left) / (this.#zoom * this.#side), (this.#height / 2 - this.#top) / (this.#zoom * this.#side)];
    const first = this.#width === 0;
    [this.#width, this.#height] = [width, height];
    this.#side = Math.min(width, height) * 0.94;
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    if (first) this.#zoomAll();
    else {
      this.#left = width / 2 - middle[0] * this.#zoom * this.#side;
      this.#top = height / 2 - middle[1] * this.#zoom * this.#side;
    }
    this.#paint(performance.now());
  }

  #reveal(place) {
    const scale = this.#zoom * this.#side;
    const [x, y] = [this.#x[place] * scale + this.#left, this.#y[place] * scale + this.#top];
    if (x < 20 || y < 20 || x > this.#width - 80 || y > this.#height - 20) {
      this.#left += this.#width / 2 - x;
      this.#top += this.#height / 2 - y;
    }
  }

  /** The word nearest to a point of the canvas, within some pixels; -1 if there is none. */
  #at(x, y, within) {
    const scale = this.#zoom * this.#side;
    let best = -1;
    let least = within * within;
    for (let word = 0; word < this.#x.length; word++) {
      const dx = this.#x[word] * scale + this.#left - x;
      const dy = this.#y[word] * scale + this.#top - y;
      const distance = dx * dx + dy * dy;
      if (distance < least) [best, least] = [word, distance];
    }
    return best;
  }

  // ---- painting ----

  #palette() {
    if (this.#colours) return this.#colours;
    const probe = document.createElement("span");
    document.body.append(probe);
    const resolve = (name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    };
    this.#colours = { ink: resolve("ink"), soft: resolve("soft"), ground: resolve("ground"), groups: Array.from({ length: GROUPS }, (_, number) => resolve(`g${number}`)) };
    probe.remove();
    return this.#colours;
  }

  #current(now) {
    if (!this.#from) return [this.#x, this.#y];
    const share = Math.min(1, (now - this.#from.start) / 600);
    if (share >= 1) {
      this.#from = null;
      return [this.#x, this.#y];
    }
    const eased = share * share * (3 - 2 * share);
    this.draw();
    const between = (before, after) => after.map((value, word) => before[word] + (value - before[word]) * eased);
    return [between(this.#from.x, this.#x), between(this.#from.y, this.#y)];
  }

  #paint(now) {
    const context = this.#context;
    const colours = this.#palette();
    const [x, y] = this.#current(now);
    const scale = this.#zoom * this.#side;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, this.#width, this.#height);
    const size = Math.min(7, 1.6 + Math.log2(Math.max(1, this.#zoom)) * 0.8);
    const marked = this.#main.length > 0;
    context.globalAlpha = marked ? 0.35 : 0.75;
    for (let group = 0; group < GROUPS; group++) {
      context.fillStyle = colours.groups[group];
      for (const word of this.#groups[group] ?? []) {
        const px = x[word] * scale + this.#left;
        const py = y[word] * scale + this.#top;
        if (px > -8 && py > -8 && px < this.#width + 8 && py < this.#height + 8) context.fillRect(px - size / 2, py - size / 2, size, size);
      }
    }
    context.globalAlpha = 1;
    const spot = (word) => [x[word] * scale + this.#left, y[word] * scale + this.#top];
    const space = new LabelSpace(this.#width, this.#height);
    if (marked) this.#paintMarked(spot, space, colours, size);
    this.#paintLabels(spot, space, marked ? colours.soft : colours.ink);
  }

  #paintMarked(spot, space, colours, size) {
    const context = this.#context;
    const [mx, my] = spot(this.#main[0]);
    context.strokeStyle = colours.soft;
    context.lineWidth = 0.7;
    context.globalAlpha = 0.6;
    context.beginPath();
    for (const word of this.#near) {
      context.moveTo(mx, my);
      context.lineTo(...spot(word));
    }
    context.stroke();
    context.globalAlpha = 1;
    const dot = (word, radius, colour) => {
      context.beginPath();
      context.arc(...spot(word), radius, 0, 7);
      context.fillStyle = colour;
      context.fill();
      context.strokeStyle = colours.ground;
      context.lineWidth = 1.5;
      context.stroke();
    };
    for (const word of this.#near) dot(word, size / 2 + 3, colours.groups[0]);
    for (const word of this.#main) dot(word, size / 2 + 5, colours.groups[1]);
    for (const word of this.#main) this.#label(word, spot, space, `700 14px ${FONT}`, colours.ink, true);
    for (const word of this.#near) this.#label(word, spot, space, `600 12px ${FONT}`, colours.ink);
  }

  #paintLabels(spot, space, colour) {
    let tried = 0;
    let placed = 0;
    const font = `12px ${FONT}`;
    for (let word = 0; word < this.#words.length && tried < MOST_TRIED && placed < MOST_LABELS; word++) {
      const [px, py] = spot(word);
      if (px < 0 || py < 0 || px > this.#width || py > this.#height) continue;
      tried++;
      if (this.#near.has(word) || this.#main.includes(word)) continue;
      if (this.#label(word, spot, space, font, colour)) placed++;
    }
  }

  #label(word, spot, space, font, colour, must = false) {
    const context = this.#context;
    context.font = font;
    const width = font.startsWith("12px") ? (this.#widths[word] ??= context.measureText(this.#words[word]).width) : context.measureText(this.#words[word]).width;
    const place = space.find(...spot(word), width, 14, must);
    if (!place) return false;
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = this.#colours.ground;
    context.strokeText(this.#words[word], place[0], place[1]);
    context.fillStyle = colour;
    context.fillText(this.#words[word], place[0], place[1]);
    return true;
  }

  // ---- hands ----

  #listen() {
    const canvas = this.#canvas;
    const local = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), ...local(event));
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, local(event));
      if (this.#pointers.size === 1) this.#moved = 0;
    });
    canvas.addEventListener("pointermove", (event) => this.#drag(event.pointerId, local(event)));
    canvas.addEventListener("pointerup", (event) => {
      const place = local(event);
      if (this.#pointers.delete(event.pointerId) && this.#moved < 5) this.#pick(...place, NEAR);
    });
    canvas.addEventListener("pointercancel", (event) => this.#pointers.delete(event.pointerId));
    canvas.addEventListener("pointerleave", () => this.#hovered(null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  #drag(pointer, [x, y]) {
    const before = this.#pointers.get(pointer);
    if (!before) return this.#hover(x, y);
    const [dx, dy] = [x - before[0], y - before[1]];
    this.#moved += Math.abs(dx) + Math.abs(dy);
    const other = [...this.#pointers].find(([number]) => number !== pointer)?.[1];
    if (other) {
      const apart = ([px, py]) => Math.hypot(px - other[0], py - other[1]) || 1;
      this.zoom(apart([x, y]) / apart(before), (x + other[0]) / 2, (y + other[1]) / 2);
      this.#left += dx / 2;
      this.#top += dy / 2;
    } else {
      this.#left += dx;
      this.#top += dy;
    }
    this.#pointers.set(pointer, [x, y]);
    this.#hovered(null);
    this.draw();
  }

  #hover(x, y) {
    const word = this.#at(x, y, NEAR);
    this.#canvas.classList.toggle("pointing", word >= 0);
    this.#hovered(word < 0 ? null : this.#words[word], x, y);
  }

  #pick(x, y, within) {
    const word = this.#at(x, y, within);
    if (word >= 0) this.#picked(this.#words[word]);
  }

  #key(event) {
    const step = 60;
    const moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (moves[event.key]) {
      this.#left += moves[event.key][0];
      this.#top += moves[event.key][1];
      this.draw();
    } else if (event.key === "+" || event.key === "=") this.zoom(1.4);
    else if (event.key === "-") this.zoom(1 / 1.4);
    else if (event.key === "0") this.all();
    else if (event.key === "Enter") this.#pick(this.#width / 2, this.#height / 2, Infinity);
    else return;
    event.preventDefault();
  }
}
