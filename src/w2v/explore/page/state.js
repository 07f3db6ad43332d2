// What the page shows, as the part of its address after "#": so it can be shared, reloaded, and gone back to.

const USUAL = { view: "near", model: "0", word: "", a: "", b: "", c: "", topn: "20", layout: "", most: "" };

/** The state in the address, complete with what is usual. */
export function read() {
  const given = new URLSearchParams(location.hash.slice(1));
  const state = { ...USUAL };
  for (const name of Object.keys(USUAL)) if (given.has(name)) state[name] = given.get(name);
  if (!["near", "analogy", "compare"].includes(state.view)) state.view = USUAL.view;
  return state;
}

/** Put a state into the address; a new question becomes a new entry of the history. */
export function write(state, replace = false) {
  const kept = Object.entries(state).filter(([name, value]) => value !== USUAL[name]);
  const address = "#" + new URLSearchParams(kept);
  if (address === (location.hash || "#")) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
}
