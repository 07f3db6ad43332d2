// What part of the map is in sight: pixels = place * scale + left, top. Places are from 0 to 1, both ways.

const MOST_ZOOM = 400;
const LEAST_ZOOM = 0.5;
const MOVE = 500; // milliseconds

export class Camera {
  width = 0; height = 0; side = 1;
  zoom = 1; left = 0; top = 0;
  #flight = null; // from one view to another

  get scale() { return this.zoom * this.side; }

  /** Zoom by a factor; what is at (x, y), by default in the middle, stays where it is. */
  zoomBy(factor, x = this.width / 2, y = this.height / 2) {
    this.#flight = null;
    const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, this.zoom * factor));
    const change = zoom / this.zoom;
    this.left = x - (x - this.left) * change;
    this.top = y - (y - this.top) * change;
    this.zoom = zoom;
  }

  move(dx, dy) {
    this.#flight = null;
    this.left += dx;
    this.top += dy;
  }

  /** The canvas has another size; what was in the middle stays there. */
  resize(width, height) {
    const view = this.#view();
    [this.width, this.height, this.side] = [width, height, Math.min(width, height) * 0.94];
    this.#look(view);
  }

  /** Show a part of the map, [left, right, top, bottom], with some room around it, at a zoom between two. */
  fit([left, right, top, bottom], least, most, animated) {
    const zoom = Math.min(this.width / (right - left || 1e-9), this.height / (bottom - top || 1e-9)) * 0.9 / this.side;
    this.#go({ zoom: Math.min(most, Math.max(least, zoom)), x: (left + right) / 2, y: (top + bottom) / 2 }, animated);
  }

  /** Bring a place into the middle, unless it is well in sight. */
  reveal(x, y, animated) {
    const [px, py] = [x * this.scale + this.left, y * this.scale + this.top];
    const [mx, my] = [this.width * 0.15, this.height * 0.15];
    if (px < mx || py < my || px > this.width - mx || py > this.height - my) this.#go({ zoom: this.zoom, x, y }, animated);
  }

  /** Move on; whether there is more to come. */
  step(now) {
    if (!this.#flight) return false;
    const { from, to, start } = this.#flight;
    const share = Math.min(1, Math.max(0, (now - start) / MOVE));
    const eased = share * share * (3 - 2 * share);
    const between = (before, after) => before + (after - before) * eased;
    this.#look({ zoom: from.zoom * (to.zoom / from.zoom) ** eased, x: between(from.x, to.x), y: between(from.y, to.y) });
    if (share === 1) this.#flight = null;
    return share < 1;
  }

  #go(view, animated) {
    this.#flight = animated ? { from: this.#view(), to: view, start: performance.now() } : null;
    if (!animated) this.#look(view);
  }

  /** The zoom, and the place in the middle. */
  #view() {
    return { zoom: this.zoom, x: (this.width / 2 - this.left) / this.scale, y: (this.height / 2 - this.top) / this.scale };
  }

  #look({ zoom, x, y }) {
    this.zoom = zoom;
    this.left = this.width / 2 - x * this.scale;
    this.top = this.height / 2 - y * this.scale;
  }
}
