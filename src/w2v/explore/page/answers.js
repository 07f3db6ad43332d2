// Answers as tables. Words are buttons: a click asks about them.

export function element(name, text = "", kind = "") {
  const made = document.createElement(name);
  if (text !== "") made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function head(columns) {
  const row = element("tr");
  for (const [text, kind] of columns) {
    const cell = element("th", text, kind);
    cell.scope = "col";
    row.append(cell);
  }
  const part = element("thead");
  part.append(row);
  return part;
}

function wordCell(word) {
  const cell = element("td");
  const button = element("button", word, "word");
  button.type = "button";
  button.dataset.word = word;
  cell.append(button);
  return cell;
}

function cosineCell(cosine) {
  const cell = element("td", "", "number cosine");
  const bar = element("meter");
  bar.value = Math.max(0, cosine ?? 0);
  bar.setAttribute("aria-hidden", "true");
  cell.append(bar, element("span", cosine === null ? "" : cosine.toFixed(3)));
  return cell;
}

/** A table of words with their cosines and, if they are known, counts; those that are `shared` are marked. */
export function table(found, caption, shared = new Set()) {
  const made = element("table");
  made.append(element("caption", caption, "unseen"));
  const counts = found.some((entry) => "count" in entry);
  made.append(head([["word", ""], ["cosine", "number"], ...(counts ? [["count", "number"]] : [])]));
  const body = element("tbody");
  for (const entry of found) {
    const row = element("tr", "", shared.has(entry.word) ? "shared" : "");
    row.append(wordCell(entry.word), cosineCell(entry.cosine));
    if (counts) row.append(element("td", entry.count?.toLocaleString("en") ?? "", "number"));
    body.append(row);
  }
  made.append(body);
  return made;
}

/** Two tables side by side; a model that lacks the word says so. */
export function sides(answer, names, word) {
  const shared = new Set(answer.shared);
  const made = element("div", "", "sides");
  answer.sides.forEach((side, number) => {
    const part = element("section");
    part.append(element("h2", names[number]));
    const slim = side?.map(({ word: near, cosine }) => ({ word: near, cosine }));
    part.append(slim ? table(slim, `Neighbours of ${word} in ${names[number]}`, shared) : element("p", "does not have this word"));
    made.append(part);
  });
  return made;
}

/** The words that moved most. */
export function moved(found) {
  const made = element("div");
  made.append(element("h2", "Words that moved most"), table(found, "Words that moved most"));
  return made;
}

/** A table of words with their ranks and, if they are known, counts. */
export function list(words, caption) {
  const made = element("table");
  const counts = words.some((entry) => "count" in entry);
  made.append(element("caption", caption, "unseen"), head([["word", ""], ["rank", "number"], ...(counts ? [["count", "number"]] : [])]));
  const body = element("tbody");
  for (const entry of words) {
    const row = element("tr");
    row.append(wordCell(entry.word), element("td", entry.rank.toLocaleString("en"), "number"));
    if (counts) row.append(element("td", entry.count.toLocaleString("en"), "number"));
    body.append(row);
  }
  made.append(body);
  return made;
}

/** Buttons for groups of words, in their colours. */
export function groupList(groups, visit) {
  const made = element("div");
  made.append(element("h2", "Groups of similar words on the map"));
  const items = element("ul", "", "groups");
  for (const group of groups) {
    const item = element("li");
    const button = element("button", "", "group");
    button.type = "button";
    button.append(element("span", "", `swatch g${group.colour}`), element("span", group.words.join(" · ")));
    button.addEventListener("click", () => visit(group));
    item.append(button);
    items.append(item);
  }
  made.append(items);
  return made;
}
