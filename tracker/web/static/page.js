// Enhancements only: every page works without this file.
(() => {
  "use strict";

  const words = document.getElementById("words").dataset;

  // Times in the reader's own zone, in the language of the page; the exact instant stays in the title.
  const { lang } = document.documentElement;
  const format = new Intl.DateTimeFormat(navigator.languages.find((each) => each.startsWith(lang)) ?? lang, { dateStyle: "medium", timeStyle: "short" });
  const localise = (root) => {
    for (const time of root.querySelectorAll("time[data-local]")) time.textContent = format.format(new Date(time.dateTime));
  };
  localise(document);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  document.cookie = `tracker_browser_zone=${timeZone}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  document.addEventListener("renewed", (event) => localise(event.target));

  // Say how a date box is read before it is sent.
  let waiting;
  const echo = async (box) => {
    const out = document.querySelector(`output[for="${box.id}"]`);
    if (!out) return;
    if (!box.value.trim()) { out.textContent = ""; return; }
    const answer = await fetch(`/dates?words=${encodeURIComponent(box.value)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { echo: reading, missing } = await answer.json();
    const unread = box.value === box.defaultValue ? "" : words.notADate; // what is on record already was said so
    out.textContent = reading ? words.readAs.replace("%(date)s", reading) : missing ?? unread;
    out.classList.toggle("unread", !reading);
  };
  for (const box of document.querySelectorAll("input[data-date]")) {
    box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(echo, 200, box); });
    if (box.value) echo(box);
  }

  // Warn before leaving a form with words in it.
  for (const form of document.querySelectorAll("form.sheet[novalidate]")) {
    let touched = "typed" in form.dataset; // sent, and not recorded yet
    form.addEventListener("input", () => { touched = true; });
    form.addEventListener("submit", () => { touched = false; });
    window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
  }
})();

// Notifications, for whoever has switched them on in this browser.
if (localStorage.getItem("tracker-notify") === "on") import("./notifying.js");
