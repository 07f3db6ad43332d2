// Room for words on the map: each beside its point, none over another.

const CELL = 64; // pixels

export class LabelSpace {
  #width; #height;
  #cells = new Map();

  constructor(width, height) {
    this.#width = width;
    this.#height = height;
  }

  /** Where the text of a label begins, [x, y of its baseline], or null if there is no room and it need not be there. */
  find(x, y, width, height, must = false) {
    for (const [left, top] of [[x + 7, y - height / 2], [x - 7 - width, y - height / 2], [x - width / 2, y - 7 - height], [x - width / 2, y + 7]]) {
      const box = [left - 3, top - 1, left + width + 3, top + height + 1];
      if (box[0] < 0 || box[1] < 0 || box[2] > this.#width || box[3] > this.#height) continue;
      if (this.#take(box, false)) return [left, top + height - 3];
    }
    if (!must || x < 0 || y < 0 || x > this.#width || y > this.#height) return null;
    const left = Math.min(x + 7, this.#width - width - 3);
    this.#take([left, y - height / 2, left + width, y + height / 2], true);
    return [left, y + height / 2 - 3];
  }

  /** The same for a text over a point: moved into sight, and a little up or down to where there is room. */
  over(x, y, width, height) {
    if (x < 0 || y < 0 || x > this.#width || y > this.#height) return null;
    const left = Math.max(3, Math.min(x - width / 2, this.#width - width - 3));
    for (const off of [0, -16, 16, -32, 32]) {
      const top = Math.max(1, Math.min(y + off - height / 2, this.#height - height - 1));
      if (this.#take([left - 5, top - 2, left + width + 5, top + height + 2], false)) return [left, top + height - 3];
    }
    return null;
  }

  #take(box, force) {
    const cells = [];
    for (let column = Math.floor(box[0] / CELL); column <= box[2] / CELL; column++) {
      for (let row = Math.floor(box[1] / CELL); row <= box[3] / CELL; row++) cells.push(column * 4096 + row);
    }
    const covers = (other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3];
    if (!force && cells.some((cell) => this.#cells.get(cell)?.some(covers))) return false;
    for (const cell of cells) {
      if (!this.#cells.has(cell)) this.#cells.set(cell, []);
      this.#cells.get(cell).push(box);
    }
    return true;
  }
}
