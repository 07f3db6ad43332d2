// The map: points and words on a canvas, which can be moved, zoomed, asked and selected from.

import { Camera } from "./camera.js";
import { Hands, within } from "./hands.js";
import { paint } from "./paint.js";

const COLOURS = 8;
const NEAR = 12; // pixels within which a point is meant
const CLOSEST = 14; // zoom up to which the map follows a word
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The bounds of all but one per cent of the values; 0 and 1 if there are none. */
function inner(values) {
  const sorted = Float32Array.from(values).sort();
  const outer = Math.floor(sorted.length * 0.005);
  return sorted.length ? [sorted[outer], sorted[sorted.length - 1 - outer]] : [0, 1];
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

export class WordMap {
  words = []; groups = []; counts = null; // groups: { words, colour, places of its typical words, x, y }
  x = new Float32Array(0); y = new Float32Array(0);
  main = []; near = new Set(); chosen = new Set(); // places of the words that are marked, or selected
  camera = new Camera();
  selecting = false; // whether a drag draws around words
  lasso = null; // points of the line that is being drawn
  widths = []; // of words, in pixels
  byColour = []; // for each colour, its words, the most frequent first
  limit = Infinity; // how many of the most frequent words are shown
  #canvas; #context; #calls;
  #index = new Map(); #from = null; // places that the points come from, while they move
  #colours = null; #waiting = false;

  /** `calls`: picked(word) for a click or Enter, hovered(word, x, y) for what is under the pointer, or null, and selected(words). */
  constructor(canvas, calls) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#calls = calls;
    new ResizeObserver(() => this.#resize()).observe(canvas);
    new Hands(canvas, this);
  }

  get size() { return this.words.length; }

  has(word) { return this.#index.has(word); }

  /** Show places, from 0 to 65535; the points move there if the words are the same. */
  show({ words, x, y, group, groups, count = null }) {
    const same = words.length === this.words.length && words.every((word, number) => word === this.words[number]);
    const places = [Float32Array.from(x, (value) => value / 65535), Float32Array.from(y, (value) => 1 - value / 65535)];
    this.#from = same && !still.matches ? { x: this.x, y: this.y, start: performance.now() } : null;
    [this.x, this.y] = places;
    [this.words, this.counts] = [words, count];
    this.#index = new Map(words.map((word, number) => [word, number]));
    this.widths = [];
    this.byColour = Array.from({ length: COLOURS }, () => []);
    group.forEach((number, word) => this.byColour[groups[number].colour].push(word));
    this.groups = groups.map(({ words: typical, colour }) => {
      const numbers = this.#numbers(typical);
      return { words: typical, colour, numbers, x: median(numbers.map((n) => this.x[n])), y: median(numbers.map((n) => this.y[n])) };
    });
    this.chosen = new Set();
    this.#seeAll(false);
    this.draw();
  }

  /** Show the most frequent words alone. */
  only(limit) {
    this.limit = limit;
    this.draw();
  }

  /** Mark words and their neighbours; go to the first of them, or bring it into sight if the map was `asked` for it. */
  mark(main, near, asked = false) {
    this.main = this.#numbers(main);
    this.near = new Set(this.#numbers(near));
    if (main.length) this.chosen = new Set();
    const first = this.main[0];
    if (asked && first !== undefined) this.camera.reveal(this.x[first], this.y[first], !still.matches);
    else this.#follow();
    this.draw();
  }

  /** Go to a group of words. */
  visit(group) {
    this.#around(group.x, group.y, group.numbers);
    this.draw();
  }

  zoom(factor, x, y) {
    this.camera.zoomBy(factor, x, y);
    this.draw();
  }

  move(dx, dy) {
    this.camera.move(dx, dy);
    this.draw();
  }

  /** Show all but the outermost points: a few that lie far off would make the others small. */
  all() {
    this.#seeAll(!still.matches);
    this.draw();
  }

  // ---- selecting ----

  /** Select the words within a closed line of points. */
  selectWithin(line) {
    this.#select((px, py) => within(line, px, py));
  }

  /** Enter: the word in the middle, or, while selecting, all words in sight. */
  enter() {
    if (this.selecting) this.#select((px, py) => px >= 0 && py >= 0 && px <= this.camera.width && py <= this.camera.height);
    else this.#pickAt(this.camera.width / 2, this.camera.height / 2, Infinity);
  }

  unselect() {
    if (!this.chosen.size) return;
    this.chosen = new Set();
    this.#calls.selected([]);
    this.draw();
  }

  #select(isInside) {
    const { scale, left, top } = this.camera;
    const found = [];
    for (let word = 0; word < this.shownCount; word++) {
      if (isInside(this.x[word] * scale + left, this.y[word] * scale + top)) found.push(word);
    }
    this.chosen = new Set(found);
    [this.main, this.near] = [[], new Set()];
    this.draw();
    this.#calls.selected(found.map((word) => ({ word: this.words[word], rank: word + 1, ...(this.counts && { count: this.counts[word] }) })));
  }

  // ---- pointing ----

  pick(x, y) { this.#pickAt(x, y, NEAR); }

  /** The pointer is there, or, null, nowhere. */
  hover(place) {
    const word = place ? this.#at(...place, NEAR) : -1;
    this.#canvas.classList.toggle("pointing", word >= 0);
    if (word < 0) this.#calls.hovered(null);
    else this.#calls.hovered(this.words[word], ...place);
  }

  #pickAt(x, y, reach) {
    const word = this.#at(x, y, reach);
    if (word >= 0) this.#calls.picked(this.words[word]);
  }

  /** The word nearest to a point of the canvas, within some pixels; -1 if there is none. */
  #at(x, y, reach) {
    const { scale, left, top } = this.camera;
    let best = -1;
    let least = reach * reach;
    for (let word = 0; word < this.shownCount; word++) {
      const dx = this.x[word] * scale + left - x;
      const dy = this.y[word] * scale + top - y;
      const distance = dx * dx + dy * dy;
      if (distance < least) [best, least] = [word, distance];
    }
    return best;
  }

  // ---- places ----

  get shownCount() { return Math.min(this.limit, this.words.length); }

  #numbers(words) {
    return words.map((word) => this.#index.get(word)).filter((place) => place !== undefined);
  }

  #seeAll(animated) {
    this.camera.fit([...inner(this.x), ...inner(this.y)], 0.5, 8, animated);
  }

  /** Go to the word that was asked about, or, if it is not on the map, to where its neighbours are. */
  #follow() {
    const near = [...this.near];
    if (this.main.length) this.#around(this.x[this.main[0]], this.y[this.main[0]], near);
    else if (near.length) this.#around(median(near.map((word) => this.x[word])), median(near.map((word) => this.y[word])), near);
  }

  /** Show a place with most of some words around it. */
  #around(x, y, words) {
    const distances = words.map((word) => Math.max(Math.abs(this.x[word] - x), Math.abs(this.y[word] - y))).sort((a, b) => a - b);
    const reach = Math.max(0.01, 1.2 * (distances[Math.floor(distances.length * 0.7)] ?? 0));
    this.camera.fit([x - reach, x + reach, y - reach, y + reach], 1, CLOSEST, !still.matches);
  }

  #resize() {
    const { width, height } = this.#canvas.getBoundingClientRect();
    if (!width || !height) return;
    const first = this.camera.width === 0;
    this.camera.resize(width, height);
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    if (first) this.#seeAll(false);
    if (first) this.#follow();
    this.draw();
  }

  // ---- painting ----

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
      if (this.camera.step(now)) this.draw();
      paint(this.#context, this, ...this.#current(now), this.#palette());
    });
  }

  #palette() {
    if (this.#colours) return this.#colours;
    const probe = document.createElement("span");
    document.body.append(probe);
    const resolve = (name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    };
    const groups = Array.from({ length: COLOURS }, (_, number) => resolve(`g${number}`));
    this.#colours = { ink: resolve("ink"), soft: resolve("soft"), ground: resolve("ground"), accent: resolve("accent"), groups };
    probe.remove();
    return this.#colours;
  }

  #current(now) {
    if (!this.#from) return [this.x, this.y];
    const share = Math.min(1, (now - this.#from.start) / 600);
    if (share >= 1) {
      this.#from = null;
      return [this.x, this.y];
    }
    const eased = share * share * (3 - 2 * share);
    this.draw();
    const between = (before, after) => after.map((value, word) => before[word] + (value - before[word]) * eased);
    return [between(this.#from.x, this.x), between(this.#from.y, this.y)];
  }
}
