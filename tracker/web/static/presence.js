// Tells colleagues that somebody is at work here, and says who else is; over by itself when the page is left.
const place = document.getElementById("presence");
const { url, development } = place.dataset;
const EVERY = 20_000;

const body = (more) => {
  const sent = new FormData();
  const token = document.querySelector("input[name=csrf_token]").value;
  for (const [name, value] of Object.entries({ csrf_token: token, development, ...more })) sent.set(name, value);
  return sent;
};

const beat = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(url, { method: "POST", body: body({}) });
    if (!answer.ok) return;
    const { said } = await answer.json();
    if (place.textContent !== said) place.textContent = said;
  } catch { /* away for a moment; the next beat tells */ }
};

beat();
setInterval(beat, EVERY);
document.addEventListener("visibilitychange", beat);
window.addEventListener("pagehide", () => navigator.sendBeacon(url, body({ gone: 1 })));
