/** Finds keys that stand twice in one object of a JSON text, of which `JSON.parse` would silently keep the last. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** The first repeated key; the text must be valid JSON. */
export function repeatedKey(text: string): string | undefined {
  /** Keys of the objects that are open; an array has none. */
  const open: Array<Set<string> | undefined> = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const keys = open.at(-1)!;
      const key: string = JSON.parse(last);
      if (keys.has(key)) return key;
      keys.add(key);
    }
    last = token;
  }
  return undefined;
}
