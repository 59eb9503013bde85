// One slider over the whole story: every step fetches the page of that moment and puts it in place of this one.
const bar = document.querySelector("[data-time-travel]");
const slide = document.querySelector("[data-time-slide]");

if (bar && slide) start(bar, slide);

function start(bar, slide) {
  const said = bar.dataset;
  const [play, range, speed, told] = ["button", "input", "select", "output"].map((tag) => slide.querySelector(tag));
  const radios = [...bar.querySelectorAll("input[name=clock]")];
  const box = bar.querySelector("input[name=at]");
  const locale = navigator.languages.find((each) => each.startsWith(document.documentElement.lang)) ?? document.documentElement.lang;
  const toMinute = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const toDay = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  let clock = said.clock, stops = [], asking = null, waiting = 0, playing = 0, typing = false;

  load(new URL(location).searchParams.has(clock) ? said.at : "");

  radios.forEach((radio) => radio.addEventListener("change", async () => {
    const at = stops[range.value]?.at ?? "";
    const address = new URL(location);
    address.searchParams.delete(clock);
    clock = radio.value;
    typing = false;
    if (at) address.searchParams.set(clock, at);
    bar.querySelector("label[for=at]").textContent = radio.dataset.label;
    pause();
    await load(at);
    await show(address);
  }));
  // What somebody types while a moment is on its way stays in the box.
  box.addEventListener("input", () => { typing = true; });
  range.addEventListener("input", () => { typing = false; pause(); tell(); clearTimeout(waiting); waiting = setTimeout(go, 120); });
  play.addEventListener("click", () => (playing ? pause() : unfold()));
  document.addEventListener("visibilitychange", () => { if (document.hidden) pause(); });

  // The stops of this clock. That of now leaves nothing out, so the last moment of knowledge needs none of its own.
  async function load(at) {
    const answer = await fetch(`${said.moments}?clock=${clock}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    stops = (await answer.json()).moments;
    if (clock === "known_at") stops.pop();
    range.max = stops.length;
    const after = stops.findIndex((stop) => stop.at > at);
    range.value = at ? Math.max(0, (after < 0 ? stops.length : after) - 1) : stops.length;
    for (const control of [play, range, speed]) control.disabled = stops.length === 0;
    tell(at);
  }

  function tell(given) {
    const stop = stops[range.value];
    const nothing = clock === "known_at" ? said.now : said.every;
    const counted = stop && said[clock].replace("-1", stop.number);
    const text = !stop ? nothing : given && given !== stop.at ? day(given) : `${stop.said || day(stop.at)} · ${counted}: ${stop.meaning ? `${stop.meaning}, ` : ""}${stop.title}`;
    told.textContent = text;
    range.setAttribute("aria-valuetext", text);
  }

  function day(at) {
    return at.endsWith("T23:59:59.999999Z") ? toDay.format(new Date(at)) : toMinute.format(new Date(at));
  }

  function go() {
    const address = new URL(location);
    for (const name of ["clock", "at"]) address.searchParams.delete(name);
    const at = stops[range.value]?.at;
    if (at) address.searchParams.set(clock, at);
    else address.searchParams.delete(clock);
    return show(address);
  }

  async function show(address) {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: asking.signal });
      if (!answer.ok) throw new Error(answer.status);
      renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
      history.replaceState(history.state, "", address);
      return true;
    } catch (error) {
      if (error.name !== "AbortError") { pause(); told.textContent = said.failed; }
      return false;
    }
  }

  // The bar and the slider stay, with their focus; everything around them is that of the other moment.
  function renew(page) {
    const fresh = page.querySelector("[data-time-travel]");
    if (!fresh) { location.reload(); return; }
    const known = new Set([...document.querySelectorAll("main [id]")].map((each) => each.id));
    const place = anchor();
    const top = place?.getBoundingClientRect().top;
    const parent = bar.parentElement;
    for (const old of [...parent.childNodes]) if (old !== bar && old !== slide) old.remove();
    let before = true;
    for (const each of [...fresh.parentElement.childNodes]) {
      if (each === fresh || each.dataset?.timeSlide !== undefined) { before = false; continue; }
      const node = document.adoptNode(each);
      if (before) parent.insertBefore(node, bar);
      else parent.append(node);
    }
    const pieces = fresh.querySelectorAll("[data-fresh]");
    bar.querySelectorAll("[data-fresh]").forEach((old, n) => old.replaceChildren(...pieces[n].childNodes));
    if (!typing) box.value = fresh.querySelector("input[name=at]").value;
    document.title = page.title;
    for (const each of parent.querySelectorAll("li[id], tr[id]")) each.classList.toggle("appeared", !known.has(each.id));
    parent.dispatchEvent(new Event("renewed", { bubbles: true }));
    const again = place && (place.isConnected ? place : document.getElementById(place.id));
    if (again) scrollBy({ top: again.getBoundingClientRect().top - top, behavior: "instant" });
  }

  // What the reader looks at: the bar itself while it is in sight, else the first development below the slider.
  function anchor() {
    if (bar.getBoundingClientRect().bottom > 0) return bar;
    const edge = slide.getBoundingClientRect().bottom;
    return [...document.querySelectorAll("main li[id], main section[id]")].find((each) => each.getBoundingClientRect().bottom > edge);
  }

  async function unfold() {
    typing = false;
    if (Number(range.value) >= stops.length) range.value = -1;
    play.textContent = said.pause;
    const mine = playing = performance.now();
    if (Number(range.value) < 1) { range.value = 0; tell(); await go(); await pass(); }
    while (playing === mine && Number(range.value) < stops.length) {
      range.stepUp();
      tell();
      if (!(await go()) && playing === mine) break;
      await pass();
    }
    if (playing === mine) pause();
  }

  function pass() {
    return new Promise((done) => { setTimeout(done, 1800 / Number(speed.value)); });
  }

  function pause() {
    playing = 0;
    play.textContent = said.play;
  }
}
