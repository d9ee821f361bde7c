// Tabs of one browser tell each other whose they are.

// Calls `leave` when another tab is somebody else's, or its person has signed out there.
export function followOtherTabs(person, leave) {
  const others = globalThis.BroadcastChannel ? new BroadcastChannel("kept") : null;
  others?.addEventListener("message", ({ data }) => { if (person && data !== person) leave(); });
  if (person) others?.postMessage(person);
  return { left: () => others?.postMessage(""), close: () => others?.close() };
}
