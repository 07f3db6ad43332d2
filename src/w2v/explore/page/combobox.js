// A field with suggestions, after the pattern "combobox with listbox popup" of the ARIA Authoring Practices.

import { ask } from "./api.js";

/** Suggests words of a model in an input; calls `chosen` when one is picked. */
export class Combobox {
  #input; #list; #model; #chosen; #timer;
  #active = -1;
  #turn = 0; // counts up when the list closes: suggestions that were asked for before come too late

  constructor(input, model, chosen) {
    this.#input = input;
    this.#model = model;
    this.#chosen = chosen;
    this.#list = document.createElement("ul");
    this.#list.id = `${input.id}-list`;
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", "Suggestions");
    input.after(this.#list);
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.#list.id };
    for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
    for (const [name, value] of [["spellcheck", "false"], ["autocapitalize", "off"], ["maxlength", "200"]]) input.setAttribute(name, value);
    input.addEventListener("input", () => this.#later());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.close());
    this.#list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the input keeps the focus
      const option = event.target.closest("[role=option]");
      if (option) this.#pick(option.textContent);
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#turn++;
    this.#list.hidden = true;
    this.#active = -1;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#suggest(), 60);
  }

  async #suggest() {
    const text = this.#input.value.trim();
    if (!text) return this.close();
    const turn = this.#turn;
    try {
      const words = await ask("suggest", { model: this.#model(), text }, `suggest ${this.#input.id}`);
      const current = turn === this.#turn && this.#input.value.trim() === text;
      if (current && document.activeElement === this.#input) this.#open(words);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  #open(words) {
    this.close();
    if (!words.length) return;
    this.#list.replaceChildren(...words.map((word, number) => {
      const option = document.createElement("li");
      option.id = `${this.#list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = word;
      return option;
    }));
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
  }

  #key(event) {
    if (event.isComposing) return; // Enter and arrows belong to the input method
    const open = !this.#list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) this.#move(event.key === "ArrowDown" ? 1 : -1);
      else this.#suggest();
    } else if (event.key === "Escape") {
      if (open) event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && open && this.#active >= 0) {
      event.preventDefault();
      this.#pick(this.#list.children[this.#active].textContent);
    } else if (event.key === "Enter") this.close();
  }

  #move(step) {
    const options = this.#list.children;
    options[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = (this.#active + step + options.length + (this.#active < 0 && step < 0 ? 1 : 0)) % options.length;
    const option = options[this.#active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option.id);
  }

  #pick(word) {
    this.#input.value = word;
    this.close();
    this.#chosen(word);
  }
}
