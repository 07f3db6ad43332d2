// What was selected on the map: a list, and files of it.

import { element, list } from "./answers.js";

const MOST_LISTED = 500;

/** The words as lines of comma-separated values, with a head. */
export function csv(words) {
  const names = Object.keys(words[0] ?? { word: "", rank: 0 });
  const cell = (value) => (/[",\r\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  return [names, ...words.map((entry) => names.map((name) => entry[name]))].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function action(text, done) {
  const button = element("button", text);
  button.type = "button";
  button.addEventListener("click", done);
  return button;
}

/** A list of selected words, with buttons that save, copy and clear it. */
export function selection(words, say, clear) {
  const made = element("div");
  const actions = element("p", "", "actions");
  actions.append(
    action("Save as CSV", () => save(csv(words), "words.csv")),
    action("Copy", async () => {
      try {
        await navigator.clipboard.writeText(words.map(({ word }) => word).join("\n"));
        say(`${words.length.toLocaleString("en")} words are copied.`);
      } catch {
        say("The browser does not let this page copy: save the words instead.", true);
      }
    }),
    action("Clear", clear),
  );
  made.append(actions, list(words.slice(0, MOST_LISTED), "Selected words"));
  const more = words.length - MOST_LISTED;
  if (more > 0) made.append(element("p", `and ${more.toLocaleString("en")} more, which are saved and copied, too`));
  return made;
}
