// The notebook's widget: a field with suggestions, and a table of neighbours. It speaks with Python by the attributes
// `typed`, `suggestions`, `word` and `answer`.

function element(name, text = "", kind = "") {
  const made = document.createElement(name);
  if (text !== "") made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function row({ word, cosine, count }, ask) {
  const made = element("tr");
  const cell = element("td");
  const button = element("button", word);
  button.type = "button";
  button.addEventListener("click", () => ask(word));
  cell.append(button);
  made.append(cell, element("td", cosine === null ? "" : cosine.toFixed(3), "number"));
  if (count !== undefined) made.append(element("td", count.toLocaleString("en"), "number"));
  return made;
}

function table({ asked, found }, ask) {
  const made = element("table");
  made.append(element("caption", `Neighbours of ${asked[0].word}`));
  const head = element("tr");
  for (const name of ["word", "cosine", ...(found.some((entry) => "count" in entry) ? ["count"] : [])]) {
    const cell = element("th", name);
    cell.scope = "col";
    head.append(cell);
  }
  made.append(head, ...found.map((entry) => row(entry, ask)));
  return made;
}

let widgets = 0;

function render({ model, el }) {
  const number = ++widgets;
  const form = element("form", "", "w2v-widget");
  const label = element("label", "Word ");
  const input = element("input");
  const words = element("datalist");
  const answer = element("div");
  words.id = `w2v-words-${number}`;
  input.setAttribute("list", words.id);
  input.autocomplete = "off";
  answer.setAttribute("aria-live", "polite");
  label.append(input);
  form.append(label, words, element("button", "Ask"), answer);
  el.append(form);
  const set = (name, value) => { model.set(name, value); model.save_changes(); };
  const ask = (word) => { input.value = word; set("word", word); };
  input.addEventListener("input", () => set("typed", input.value.trim()));
  input.addEventListener("keydown", (event) => event.stopPropagation()); // notebooks have keys of their own
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(input.value.trim());
  });
  const suggest = () => words.replaceChildren(...model.get("suggestions").map((word) => new Option(word)));
  const show = () => {
    const given = model.get("answer");
    answer.replaceChildren(...(given.error ? [element("p", given.error)] : given.found ? [table(given, ask)] : []));
  };
  input.value = model.get("word");
  show();
  model.on("change:suggestions", suggest);
  model.on("change:answer", show);
  return () => {
    model.off("change:suggestions", suggest);
    model.off("change:answer", show);
  };
}

export default { render };
