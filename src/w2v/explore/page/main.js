// The page: asks what its address says, shows the answer, and puts what is clicked into the address.

import { groupList, moved, sides, table } from "./answers.js";
import { ask } from "./api.js";
import { Combobox } from "./combobox.js";
import { WordMap } from "./map.js";
import { selection } from "./selection.js";
import { read, write } from "./state.js";

const by = (name) => document.getElementById(name);
const FIELDS = ["word", "a", "b", "c"];
const VIEWS = ["near", "analogy", "compare"];
const NAMES = { pca: "PCA", tsne: "t-SNE", umap: "UMAP" };

let about;
let state = read();
let trouble = ""; // why the map is not the one that was wanted
let shown = ""; // what the map shows: model and layout
let fromMap = false; // whether the word that is asked about was picked on the map
let boxes = [];
const map = new WordMap(by("map"), { picked, hovered: tip, selected });
const LEAST_SHOWN = 100; // words, at the lower end of the slider

/** Change the state and show it. */
function go(changes, replace = false) {
  state = { ...state, ...changes };
  write(state, replace);
  show();
}

function picked(word) {
  fromMap = true;
  go({ word, view: state.view === "analogy" ? "near" : state.view });
}

function say(text, error = false) {
  by("status").textContent = text;
  by("status").classList.toggle("error", error);
}

/** Put the state into the fields, and ask. */
function show() {
  for (const box of boxes) box.close();
  for (const name of FIELDS) if (by(name).value.trim() !== state[name]) by(name).value = state[name];
  by("topn").value = state.topn;
  by("model").value = state.model;
  by("model-choice").hidden = !about.comparable || state.view === "compare";
  for (const view of VIEWS) {
    by(`tab-${view}`).setAttribute("aria-selected", view === state.view);
    by(`tab-${view}`).tabIndex = view === state.view ? 0 : -1;
  }
  by("panel").setAttribute("aria-labelledby", `tab-${state.view}`);
  for (const part of document.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(state.view);
  const words = { analogy: [state.a, state.b, state.c] }[state.view] ?? [state.word];
  document.title = [words.filter(Boolean).join(" "), "w2v explorer"].filter(Boolean).join(" · ");
  showMost();
  showMap();
  answer();
}

async function answer() {
  const views = { near, analogy, compare };
  try {
    await views[state.view]();
    fromMap = false;
  } catch (error) {
    if (error.name === "AbortError") return;
    by("results").replaceChildren();
    map.mark([], []);
    say(error.message, true);
  }
}

const listed = (found) => found.map((entry) => entry.word);

function empty() {
  by("results").replaceChildren(...(map.groups.length ? [groupList(map.groups, (group) => map.visit(group))] : []));
  map.mark([], []);
  say(`Ask about a word, such as ${about.models[state.model].examples.join(", ")}, or click one on the map.`);
}

async function near() {
  if (!state.word) return empty();
  const { asked, found } = await ask("neighbours", { model: state.model, plus: state.word, topn: state.topn }, "answer");
  by("results").replaceChildren(table(found, `Neighbours of ${asked[0].word}`));
  say(describe(asked[0]));
  map.mark(listed(asked), listed(found), fromMap);
}

function describe({ word, rank, count }) {
  const often = count === undefined ? "" : `, ${count.toLocaleString("en")} times in the text`;
  const off = map.size && !map.has(word) ? "; it is not on the map" : "";
  return `${word}: rank ${rank.toLocaleString("en")}${often}${off}`;
}

async function analogy() {
  const { a, b, c } = state;
  if (!a || !b || !c) {
    by("results").replaceChildren();
    map.mark([], []);
    return say("Three words make a question, such as man, king, woman.");
  }
  const { asked, found } = await ask("neighbours", { model: state.model, plus: [b, c], minus: a, topn: state.topn }, "answer");
  by("results").replaceChildren(table(found, `${a} is to ${b} as ${c} is to`));
  say(`${a} is to ${b} as ${c} is to ${found[0]?.word ?? "nothing"}`);
  map.mark(listed(found.slice(0, 1)), listed(asked));
}

async function compare() {
  const names = about.models.map((model) => model.name);
  if (!state.word) {
    map.mark([], []);
    say("Ask about a word, or choose one that moved.");
    by("results").replaceChildren(moved(await ask("moved", {}, "answer")));
    return;
  }
  const result = await ask("compare", { word: state.word, topn: state.topn }, "answer");
  by("results").replaceChildren(sides(result, names, state.word));
  say(`${state.word}: ${result.shared.length} of ${state.topn} neighbours are shared (●)`);
  map.mark([state.word], listed(result.sides[0] ?? []), fromMap);
}

// ---- the map ----

async function showMap() {
  const layout = state.layout || about.layout;
  const model = state.view === "compare" ? "0" : state.model;
  by(`layout-${layout}`).checked = true;
  if (shown === `${model} ${layout}`) return;
  const wanted = (shown = `${model} ${layout}`);
  const current = () => shown === wanted;
  try {
    const places = await computed(model, layout, current);
    if (!current()) return;
    map.show(places);
    by("map-status").textContent = `${trouble}${NAMES[layout]} of ${map.size.toLocaleString("en")} words`;
    showMost();
    answer();
  } catch (error) {
    if (error.name === "AbortError") return;
    if (layout !== "pca" && current()) {
      trouble = `${error.message}. `;
      return go({ layout: "pca" }, true);
    }
    by("map-status").textContent = error.message;
  } finally {
    if (current()) by("map-progress").hidden = true;
  }
}

/** The places of a map, once they are computed; until then principal components are shown, and how far it is. */
async function computed(model, layout, current) {
  let places = await ask("map", { model, layout }, "map");
  if (!places.ready && current()) {
    map.show(await ask("map", { model, layout: "pca" }, "map"));
    showMost();
    answer();
  }
  while (!places.ready && current()) {
    by("map-status").textContent = `${NAMES[layout]}: ${Math.round(places.progress * 100)} % computed; PCA until then`;
    by("map-progress").hidden = false;
    by("map-progress").value = places.progress;
    await new Promise((done) => setTimeout(done, 1000));
    if (current()) places = await ask("map", { model, layout }, "map");
  }
  return places;
}

/** Show as many of the most frequent words as the state says. */
function showMost() {
  const size = map.size || 1;
  const least = Math.min(LEAST_SHOWN, size);
  const most = Math.min(size, Math.max(least, Number(state.most) || size));
  by("most").disabled = size <= least;
  by("most").value = size > least ? (100 * Math.log(most / least)) / Math.log(size / least) : 100;
  tellMost(most);
}

function tellMost(most) {
  const text = `${most.toLocaleString("en")} most frequent words`;
  by("most-shown").textContent = text;
  by("most").setAttribute("aria-valuetext", text);
  map.only(most);
}

/** What the slider says: a number of words, in two digits. */
function wantedMost() {
  const size = map.size || 1;
  const least = Math.min(LEAST_SHOWN, size);
  const share = Number(by("most").value) / 100;
  return share === 1 ? size : Math.min(size, Number((least * (size / least) ** share).toPrecision(2)));
}

function selected(words) {
  if (!words.length) return answer();
  say(`${words.length.toLocaleString("en")} words are selected.`);
  by("results").replaceChildren(selection(words, say, () => map.unselect()));
}

function tip(word, x, y) {
  by("tip").hidden = !word;
  if (!word) return;
  by("tip").textContent = word;
  const top = by("map").offsetTop;
  by("tip").style.left = `${Math.min(x + 12, by("map").clientWidth - by("tip").offsetWidth - 4)}px`;
  by("tip").style.top = `${top + y + 14}px`;
}

// ---- hands ----

function tabs() {
  const list = VIEWS.filter((view) => !by(`tab-${view}`).hidden);
  document.querySelector("[role=tablist]").addEventListener("click", (event) => {
    const view = event.target.closest("[role=tab]")?.dataset.view;
    if (view) go({ view });
  });
  document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const view = list[(list.indexOf(state.view) + step + list.length) % list.length];
    go({ view });
    by(`tab-${view}`).focus();
  });
}

function theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const update = () => {
    by("theme").textContent = isDark() ? "Switch to light" : "Switch to dark";
    map.recolour();
  };
  const kept = localStorage.getItem("theme");
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  dark.addEventListener("change", update);
  by("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    update();
  });
  update();
}

function listen() {
  const model = () => (state.view === "compare" ? "0" : state.model);
  boxes = FIELDS.map((name) => new Combobox(by(name), model, () => by("question").requestSubmit()));
  by("question").addEventListener("submit", (event) => {
    event.preventDefault();
    go(Object.fromEntries(FIELDS.map((name) => [name, by(name).value.trim()])));
  });
  by("topn").addEventListener("change", () => go({ topn: by("topn").value }));
  by("model").addEventListener("change", () => go({ model: by("model").value }));
  by("results").addEventListener("click", (event) => {
    const word = event.target.closest("[data-word]")?.dataset.word;
    if (word) go({ word, view: state.view === "compare" ? "compare" : "near" });
  });
  by("most").addEventListener("input", () => tellMost(wantedMost()));
  by("most").addEventListener("change", () => {
    const most = wantedMost();
    state = { ...state, most: most === map.size ? "" : String(most) };
    write(state, true);
  });
  by("select").addEventListener("click", () => {
    map.selecting = !map.selecting;
    by("select").setAttribute("aria-pressed", map.selecting);
    by("map").classList.toggle("selecting", map.selecting);
    if (map.selecting) say("Draw around words on the map, or press Enter there for all in sight.");
  });
  by("zoom-in").addEventListener("click", () => map.zoom(1.6));
  by("zoom-out").addEventListener("click", () => map.zoom(1 / 1.6));
  by("zoom-all").addEventListener("click", () => map.all());
  addEventListener("popstate", () => { state = valid(read()); show(); });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.matches("input, select")) return;
    event.preventDefault();
    const field = by(state.view === "analogy" ? "a" : "word");
    field.focus();
    field.select();
  });
}

/** A state that these models can show. */
function valid(given) {
  const number = Number(given.model);
  const model = Number.isInteger(number) && number >= 0 && number < about.models.length ? String(number) : "0";
  const topn = ["10", "20", "50", "100"].includes(given.topn) ? given.topn : "20";
  const layout = ["", "pca", about.layout].includes(given.layout) ? given.layout : "";
  const most = /^[1-9][0-9]{0,5}$/.test(given.most) ? given.most : "";
  return { ...given, model, topn, layout, most, view: given.view === "compare" && !about.comparable ? "near" : given.view };
}

function choices() {
  by("model-name").textContent = about.models.map(({ name, words, size }) => `${name} (${words.toLocaleString("en")} × ${size})`).join(" and ");
  by("model").replaceChildren(...about.models.map(({ name }, number) => new Option(name, number)));
  by("tab-compare").hidden = !about.comparable;
  for (const layout of new Set([about.layout, "pca"])) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "layout", id: `layout-${layout}`, value: layout });
    input.addEventListener("change", () => go({ layout }));
    label.append(input, ` ${NAMES[layout]}`);
    by("layouts").append(label);
  }
  by("layouts").hidden = about.layout === "pca";
}

async function start() {
  try {
    about = await ask("about");
  } catch (error) {
    return say(error.message, true);
  }
  state = valid(state);
  choices();
  tabs();
  theme();
  listen();
  show();
}

start();
