// Notifications while a page of the tracker is open: what arrives in the inbox, or on a channel of this kind.
const KEPT = "tracker-notify";
const AFTER = `${KEPT}-after`;
const SECONDS = 20;
const on = () => localStorage.getItem(KEPT) === "on" && window.Notification?.permission === "granted";

async function look() {
  if (!on()) return;
  const after = localStorage.getItem(AFTER);
  const answer = await fetch(`/alerts/notifications.json?after=${encodeURIComponent(after ?? "")}`).catch(() => null);
  if (!answer?.ok) return;
  const { latest, notifications } = await answer.json();
  if (latest === localStorage.getItem(AFTER)) return;
  localStorage.setItem(AFTER, latest);  // before they are shown, so that two open pages do not both show them
  if (after === null) return;  // what was there before it was switched on is no news
  for (const { id, title, url } of notifications) {
    const shown = new Notification(title, { tag: id });
    shown.onclick = () => { window.focus(); location.assign(url); };
  }
}

for (const box of document.querySelectorAll("[data-notify]")) {
  if (!window.Notification) continue;
  box.hidden = false;
  const said = box.querySelector("[role=status]");
  const tell = () => { said.textContent = Notification.permission === "denied" ? said.dataset.refused : on() ? said.dataset.on : said.dataset.off; };
  box.querySelector("button").addEventListener("click", async () => {
    const allowed = !on() && (await Notification.requestPermission()) === "granted";
    localStorage.setItem(KEPT, allowed ? "on" : "off");
    localStorage.removeItem(AFTER);
    tell();
    look();
  });
  tell();
}

look();
setInterval(look, SECONDS * 1000);
