// Questions to the server. A question that is overtaken by the next of its kind is given up.

const running = new Map();

/** The answer to a question, as JSON; throws an Error with the server's message, or one named AbortError. */
export async function ask(path, fields = {}, kind = path) {
  running.get(kind)?.abort();
  const control = new AbortController();
  running.set(kind, control);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of [value].flat()) query.append(name, item);
  }
  const response = await fetch(`/api/${path}?${query}`, { signal: control.signal });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
