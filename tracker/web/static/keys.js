// The keys of the table in #keys: the rows say what each does, this does it.
const dialog = document.getElementById("keys");
const rows = [...dialog.querySelectorAll("tr[data-keys]")].map((row) => ({ ...row.dataset }));
const story = location.pathname.match(/^\/stories\/(?!new$)[^/]+/)?.[0];
const BOX = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]";
const STEPS = "li.development h3 a, .card h2 a, [data-step-here]";
let typed = "";
let forgetting;

const shown = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;

// What is meant is in the development that is marked, or else the first of the page.
const meant = (selector) => {
  const near = document.activeElement.closest("li.development, article, li.card");
  const found = [...(near?.querySelectorAll(selector) ?? []), ...document.querySelectorAll(selector)];
  return found.find(shown);
};

const step = (by) => {
  const all = [...document.querySelectorAll(STEPS)].filter(shown);
  if (!all.length) return;
  const here = all.indexOf(document.activeElement);
  const seen = all.findIndex((each) => each.getBoundingClientRect().top >= 0);
  const next = here >= 0 ? here + by : Math.max(seen, 0);
  const to = all[Math.min(Math.max(next, 0), all.length - 1)];
  to.focus({ preventScroll: true });
  to.closest("li, article")?.scrollIntoView({ block: "nearest" });
};

const act = (row) => {
  if (row.step) return step(Number(row.step)), true;
  if (row.go) {
    if (row.go.includes("{story}") && !story) return false;
    const to = row.go.replace("{story}", story);
    const link = [...document.links].find((each) => each.getAttribute("href") === to);
    if (link) link.click(); else location.assign(to);
    return true;
  }
  const found = row.press && meant(row.press);
  if (!found) return false;
  if (found.matches("form")) found.requestSubmit();
  else if (found.matches(BOX)) { found.focus(); found.select?.(); }
  else found.click();
  return true;
};

document.getElementById("keys-button")?.addEventListener("click", (event) => {
  event.preventDefault();
  dialog.showModal();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = event.target.closest("form.sheet");
    if (form) { event.preventDefault(); form.requestSubmit(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(BOX)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key.length > 1 || event.key === " " || document.querySelector("dialog[open]")) return;
  clearTimeout(forgetting);
  typed = rows.some((row) => row.keys.startsWith(`${typed} ${event.key}`.trim())) ? `${typed} ${event.key}`.trim() : event.key;
  const row = rows.find((each) => each.keys === typed);
  if (row) {
    typed = "";
    if (act(row)) event.preventDefault();
  } else {
    forgetting = setTimeout(() => { typed = ""; }, 1500);
  }
});
