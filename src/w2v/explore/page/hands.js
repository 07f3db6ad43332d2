// What pointers and keys do to the map: move and zoom it, point at words, draw around them.

const STEP = 60; // pixels that an arrow moves the map
const STILL = 5; // pixels that a click may move
const KEYS = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };

export class Hands {
  #canvas; #map; #pointers = new Map(); #moved = 0;

  /** Listens at a canvas, and calls a map's zoom, move, all, hover, pick, draw, takeIn and selected. */
  constructor(canvas, map) {
    this.#canvas = canvas;
    this.#map = map;
    const local = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      map.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), ...local(event));
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.#down(event, local(event)));
    canvas.addEventListener("pointermove", (event) => this.#drag(event.pointerId, local(event)));
    canvas.addEventListener("pointerup", (event) => this.#up(event.pointerId, local(event)));
    canvas.addEventListener("pointercancel", (event) => { this.#pointers.delete(event.pointerId); map.lasso = null; });
    canvas.addEventListener("pointerleave", () => map.hover(null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  #down(event, place) {
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, place);
    if (this.#pointers.size === 1) {
      this.#moved = 0;
      this.#map.lasso = this.#map.selecting || event.shiftKey ? [place] : null;
    } else this.#map.lasso = null; // two fingers zoom
  }

  #up(pointer, place) {
    if (!this.#pointers.delete(pointer)) return;
    const drawn = this.#map.lasso;
    this.#map.lasso = null;
    if (this.#moved < STILL) this.#map.pick(...place);
    else if (drawn) this.#map.selectWithin(drawn);
  }

  #drag(pointer, [x, y]) {
    const before = this.#pointers.get(pointer);
    if (!before) return this.#map.hover([x, y]);
    const [dx, dy] = [x - before[0], y - before[1]];
    this.#moved += Math.abs(dx) + Math.abs(dy);
    this.#pointers.set(pointer, [x, y]);
    const other = [...this.#pointers].find(([number]) => number !== pointer)?.[1];
    if (other) {
      const apart = ([px, py]) => Math.hypot(px - other[0], py - other[1]) || 1;
      this.#map.zoom(apart([x, y]) / apart(before), (x + other[0]) / 2, (y + other[1]) / 2);
      this.#map.move(dx / 2, dy / 2);
    } else if (this.#map.lasso) {
      this.#map.lasso.push([x, y]);
      this.#map.draw();
    } else this.#map.move(dx, dy);
    this.#map.hover(null);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (KEYS[event.key]) this.#map.move(...KEYS[event.key]);
    else if (event.key === "+" || event.key === "=") this.#map.zoom(1.4);
    else if (event.key === "-") this.#map.zoom(1 / 1.4);
    else if (event.key === "0") this.#map.all();
    else if (event.key === "Enter") this.#map.enter();
    else if (event.key === "Escape") this.#map.unselect();
    else return;
    event.preventDefault();
  }
}

/** Whether a point lies within a closed line of points. */
export function within(line, x, y) {
  let inside = false;
  for (let end = 0, start = line.length - 1; end < line.length; start = end++) {
    const [[ax, ay], [bx, by]] = [line[start], line[end]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
