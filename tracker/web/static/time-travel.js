// One slider over the whole story: every step fetches the page of that moment and puts it in place of this one.
const bar = document.querySelector("[data-time-travel]");
const slide = document.querySelector("[data-time-slide]");

if (bar && slide) start(bar, slide);

function start(bar, slide) {
  const said = bar.dataset;
  const [play, range, speed, told] = ["button", "input", "select", "output"].map((tag) => slide.querySelector(tag));
  const radios = [...bar.querySelectorAll("input[name=clock]")];
  const box = bar.querySelector("input[name=at]");
  let clock = said.clock, stops = [], asking = null, waiting = 0, playing = 0, typing = false;

  load(new URL(location).searchParams.has(clock) ? said.at : "", said.said);

  radios.forEach((radio) => radio.addEventListener("change", async () => {
    const address = new URL(location);
    const at = address.searchParams.get(clock); // a day stays that day, also where nothing moved on it
    address.searchParams.delete(clock);
    clock = radio.value;
    typing = false;
    point(address, at);
    bar.querySelector("label[for=at]").textContent = radio.dataset.label;
    pause();
    await show(address);
    await load(said.at, said.said);
  }));
  // What somebody types while a moment is on its way stays in the box.
  box.addEventListener("input", () => { typing = true; });
  range.addEventListener("input", () => { typing = false; pause(); tell(); clearTimeout(waiting); waiting = setTimeout(go, 120); });
  play.addEventListener("click", () => (playing ? pause() : unfold()));
  document.addEventListener("visibilitychange", () => { if (document.hidden) pause(); });

  // The stops of this clock. That of now leaves nothing out, so the last moment of knowledge needs none of its own.
  async function load(at, when) {
    const answer = await fetch(`${said.moments}?clock=${clock}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    stops = (await answer.json()).moments;
    if (clock === "known_at") stops.pop();
    range.max = stops.length;
    const after = stops.findIndex((stop) => stop.at > at);
    range.value = at ? Math.max(0, (after < 0 ? stops.length : after) - 1) : stops.length;
    for (const control of [play, range, speed]) control.disabled = stops.length === 0;
    tell(at, when);
  }

  function tell(given, when) {
    const stop = stops[range.value];
    const nothing = clock === "known_at" ? said.now : said.every;
    const counted = stop && said[clock].replace("-1", stop.number);
    const text = !stop ? nothing : given && given !== stop.at ? when : `${stop.said} · ${counted}: ${stop.meaning ? `${stop.meaning}, ` : ""}${stop.title}`;
    told.textContent = text;
    range.setAttribute("aria-valuetext", text);
  }

  // The moment on the clock that is chosen; of all there is, which clock that is, where it is not that of knowledge.
  function point(address, at) {
    for (const name of ["clock", "at", clock]) address.searchParams.delete(name);
    if (at) address.searchParams.set(clock, at);
    else if (clock !== "known_at") address.searchParams.set("clock", clock);
  }

  function go() {
    const address = new URL(location);
    point(address, stops[range.value]?.at);
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
    Object.assign(said, { at: fresh.dataset.at, said: fresh.dataset.said ?? "" });
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
