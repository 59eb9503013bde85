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

// Shown on demand: the page is read anew, and what was at the top of the window stays there.
const KEPT = "tracker-live-kept";
const items = () => [...document.querySelectorAll("main li[id], main article[id], main section[id]")];

button.addEventListener("click", () => {
  const top = items().find((each) => each.getBoundingClientRect().bottom > 0);
  const kept = { path: location.pathname, known: items().map(({ id }) => id), id: top?.id, at: top?.getBoundingClientRect().top };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
  location.reload();
});

const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
sessionStorage.removeItem(KEPT);
if (kept?.path === location.pathname) {
  for (const each of document.querySelectorAll("main li.development[id]")) each.classList.toggle("fresh", !kept.known.includes(each.id));
  const top = kept.id && document.getElementById(kept.id);
  if (top && scrollY > 0) scrollBy({ top: top.getBoundingClientRect().top - kept.at, behavior: "instant" });
}
