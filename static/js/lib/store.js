// What a browser keeps, if it keeps anything: a private window may refuse, a full one forgets. Whoever
// asks gets an answer and no error.

export function storeOf(place) { // `place` is asked each time: even naming it may be refused
  const tried = (act, otherwise) => { try { return act(place()); } catch { return otherwise; } };
  return {
    read: (key) => tried((store) => store.getItem(key), null),
    write: (key, text) => tried((store) => { store.setItem(key, text); return true; }, false),
    drop: (key) => tried((store) => store.removeItem(key)),
    keys: () => tried((store) => Array.from({ length: store.length }, (_, at) => store.key(at)), []),
    clear: () => tried((store) => store.clear()),
  };
}

export const inTab = storeOf(() => sessionStorage);
export const inBrowser = storeOf(() => localStorage);
