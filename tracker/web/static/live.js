// What arrives while a page is read: counted beside it, shown when asked for, never moving what is being read.
// One stream a browser: the tab that holds the lock has it and passes on what it hears; none while all are hidden.
const toast = document.getElementById("live");
const [status, button] = [toast.querySelector("[role=status]"), toast.querySelector("button")];
const { story, wordsNew, wordsChanged, wordsMany } = toast.dataset;
const channel = new BroadcastChannel("tracker-live");
const AGAIN = 30_000;

let last = Number(toast.dataset.after);
const counted = { added: new Set(), changed: new Set(), many: false };
let source;
let openedAfter;
let again;
let stopWaiting;
let letGo;

const say = () => {
  const parts = [
    counted.many && wordsMany,
    counted.added.size && wordsNew.replace("%(number)s", counted.added.size),
    counted.changed.size && wordsChanged.replace("%(number)s", counted.changed.size),
  ].filter(Boolean);
  status.textContent = parts.join(", ");
  button.hidden = !parts.length;
};

const take = (hint) => {
  if (hint.position <= last) return;
  last = hint.position;
  if (hint.many) counted.many = true;
  else if (!story || hint.story === story) counted[hint.new ? "added" : "changed"].add(hint.position);
  else return;
  say();
};

const shut = () => { clearTimeout(again); source?.close(); source = undefined; };

const open = (after) => {
  shut();
  openedAfter = after;
  source = new EventSource(`/api/v1/stream?after=${after}`);
  const pass = (hint) => { channel.postMessage(hint); take(hint); };
  source.addEventListener("hint", (event) => pass(JSON.parse(event.data)));
  source.addEventListener("behind", (event) => pass({ position: Number(event.lastEventId), many: true }));
  source.addEventListener("error", () => {
    // Refused rather than cut off: the browser does not try again by itself.
    if (source?.readyState === EventSource.CLOSED) again = setTimeout(() => open(last), AGAIN);
  });
};

channel.addEventListener("message", ({ data }) => {
  if ("since" in data) {
    if (source && data.since < openedAfter) open(data.since);
  } else {
    take(data);
  }
});

const listen = () => {
  if (!navigator.locks) { open(last); return; }
  stopWaiting = new AbortController();
  channel.postMessage({ since: last });
  navigator.locks.request("tracker-live", { signal: stopWaiting.signal }, () => new Promise((resolve) => {
    letGo = () => { shut(); resolve(); };
    open(last);
  })).catch(() => {});
};

const rest = () => {
  stopWaiting?.abort();
  if (letGo) letGo(); else shut();
  letGo = undefined;
};

document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
window.addEventListener("pagehide", rest);
window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
if (!document.hidden) listen();

// Shown on demand: the parts that tell are fetched and put in place of those here, and what is being read stays where
// it is. A page that has none of them, or others by now, is read anew as a whole.
const PARTS = ".story-head > .meta, .opening, .chart, .ledgers, .running-log, .board";
const KEPT = "tracker-live-kept";

// Where things stand, by what they are: an id, or a link and its words within a part; what is there twice is no mark.
const landmarks = () => {
  const [found, within] = [new Map(), document.querySelector(`main :is(${PARTS})`) ? `main :is(${PARTS})` : "main"];
  for (const each of document.querySelectorAll(`${within} :is([id], a[href]):not(svg *)`)) {
    const name = each.id || `${each.closest(PARTS)?.className} ${each.getAttribute("href")} ${each.textContent}`;
    found.set(name, found.has(name) ? null : each);
  }
  return new Map([...found].filter(([, each]) => each));
};
const reading = () => ({
  path: location.pathname,
  known: [...document.querySelectorAll("main li[id]")].map(({ id }) => id),
  seen: [...landmarks()].map(([name, each]) => [name, each.getBoundingClientRect().top]).filter(([, top]) => top >= 0 && top < innerHeight),
});

const goOn = ({ known, seen }) => {
  for (const each of document.querySelectorAll("main li.development[id]")) each.classList.toggle("fresh", !known.includes(each.id));
  if (!scrollY) return;
  const now = landmarks();
  const [name, at] = seen.find(([each]) => now.has(each)) ?? [];
  if (name) scrollBy({ top: now.get(name).getBoundingClientRect().top - at, behavior: "instant" });
};

const renew = async () => {
  const answer = await fetch(location, { headers: { Accept: "text/html" } });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [old, fresh] = [document, page].map((each) => [...each.querySelectorAll(`main :is(${PARTS})`)]);
  if (!old.length || old.map(({ className }) => className).join() !== fresh.map(({ className }) => className).join()) return false;
  const before = reading();
  const [focused] = [...landmarks()].find(([, each]) => each === document.activeElement) ?? [];
  before.seen.sort(([one], [other]) => (other === focused) - (one === focused)); // where columns move apart, it stays
  old.forEach((each, n) => each.replaceWith(document.adoptNode(fresh[n])));
  const { after } = page.getElementById("live")?.dataset ?? {};
  last = Math.max(last, Number(after ?? 0));
  document.querySelector("main").dispatchEvent(new Event("renewed", { bubbles: true }));
  if (focused) landmarks().get(focused)?.focus({ preventScroll: true });
  goOn(before);
  return true;
};

button.addEventListener("click", async () => {
  button.disabled = true;
  const renewed = await renew().catch(() => false);
  button.disabled = false;
  if (renewed) {
    counted.added.clear();
    counted.changed.clear();
    counted.many = false;
    say();
  } else {
    sessionStorage.setItem(KEPT, JSON.stringify(reading()));
    location.reload();
  }
});

const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
sessionStorage.removeItem(KEPT);
if (kept?.path === location.pathname) goOn(kept);
