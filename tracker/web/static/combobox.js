// Boxes that suggest while somebody types, after the ARIA pattern of a combobox with a list.
// A select becomes a box to type in; in a text of lines, the line with the caret is what is completed.
const said = document.getElementById("words").dataset;
let number = 0;

const lineAt = (box) => {
  if (box.tagName !== "TEXTAREA") return [0, box.value.length];
  const start = box.value.lastIndexOf("\n", box.selectionStart - 1) + 1;
  const end = box.value.indexOf("\n", box.selectionStart);
  return [start, end < 0 ? box.value.length : end];
};

const make = (tag, attributes) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};

// A select keeps what is sent; beside it stands a box that shows what is chosen.
const boxFor = (select) => {
  const box = make("input", { id: select.id, autocomplete: "off", "data-suggest": select.dataset.suggest });
  for (const name of ["aria-invalid", "aria-describedby", "autofocus"]) {
    if (select.hasAttribute(name)) box.setAttribute(name, select.getAttribute(name));
  }
  box.value = select.value ? select.selectedOptions[0].textContent : "";
  box.placeholder = said.choose;
  select.id += "-kept";
  select.hidden = true;
  select.before(box);
  return box;
};

const enhance = (source) => {
  const select = source.tagName === "SELECT" ? source : null;
  const box = select ? boxFor(select) : source;
  const list = make("ul", { id: `suggested-${++number}`, role: "listbox", class: "suggested", hidden: "" });
  const status = make("span", { role: "status", class: "heard" });
  list.setAttribute("aria-label", said.list);
  box.removeAttribute("list");
  if (box.tagName === "INPUT") box.setAttribute("role", "combobox");
  for (const [name, value] of Object.entries({ "aria-autocomplete": "list", "aria-controls": list.id })) box.setAttribute(name, value);
  const expanded = (open) => { if (box.tagName === "INPUT") box.setAttribute("aria-expanded", open); };
  expanded(false);
  const place = make("span", { class: "suggests" });
  const begins = document.activeElement === box || (box.autofocus && document.activeElement === document.body);
  box.before(place);
  place.append(box, list, status);
  if (begins) box.focus();

  let active = -1;
  let waiting;
  let asked = 0;

  const mark = (index) => {
    active = index;
    [...list.children].forEach((each, n) => each.setAttribute("aria-selected", n === active));
    if (active < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", list.children[active].id);
      list.children[active].scrollIntoView({ block: "nearest" });
    }
  };

  const close = () => { asked += 1; clearTimeout(waiting); list.hidden = true; expanded(false); mark(-1); status.textContent = ""; };

  const choose = (option) => {
    const { value, label } = option.dataset;
    if (select) {
      if (![...select.options].some((each) => each.value === value)) select.append(new Option(label, value));
      select.value = value;
      box.value = label;
    } else {
      const [start, end] = lineAt(box);
      box.setRangeText(value, start, end, "end");
    }
    box.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  };

  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map(({ value, label, note }, n) => {
      const option = make("li", { role: "option", id: `${list.id}-${n}`, "aria-selected": false, "data-value": value, "data-label": label });
      option.append(label);
      if (note) option.append(" ", Object.assign(make("small", {}), { textContent: note }));
      return option;
    }));
    list.hidden = !suggestions.length;
    expanded(!list.hidden);
    status.textContent = suggestions.length ? said.suggested.replace("%(number)s", suggestions.length) : said.none;
    mark(select && suggestions.length ? 0 : -1);
  };

  const ask = async () => {
    const [start, end] = lineAt(box);
    const words = box.value.slice(start, end).trim();
    if (!words && !select) { close(); return; }
    const mine = ++asked;
    const answer = await fetch(`${box.dataset.suggest}&words=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
    if (mine !== asked || !answer.ok) return;
    const { suggestions } = await answer.json();
    if (mine !== asked || document.activeElement !== box) return;
    const done = suggestions.length === 1 && suggestions[0].value === words;
    if (done) close(); else show(suggestions);
  };

  if (select) box.addEventListener("click", () => { if (list.hidden && !box.value) ask(); });
  box.addEventListener("input", () => {
    if (select) select.value = "";
    clearTimeout(waiting);
    waiting = setTimeout(ask, 90);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const open = !list.hidden;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown" && (open || box.tagName === "INPUT")) {
      event.preventDefault();
      if (open) mark(active >= last ? 0 : active + 1); else ask();
    } else if (event.key === "ArrowUp" && open) {
      event.preventDefault();
      mark(active <= 0 ? last : active - 1);
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      choose(list.children[active]);
    } else if (event.key === "Tab" && open && select && active >= 0 && box.value.trim()) {
      choose(list.children[active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    }
  });
  box.addEventListener("blur", () => setTimeout(() => {
    close();
    if (select && !select.value) box.value = "";
  }, 150));
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault();
    if (option) choose(option);
  });
};

for (const source of document.querySelectorAll("[data-suggest]")) enhance(source);

// A source that is only remembered gives way to the first key.
const remembered = document.getElementById("f-source");
remembered?.addEventListener("focus", () => remembered.select());
// What is said of it is not said of another.
remembered?.addEventListener("input", () => { document.getElementById("h-source")?.remove(); });
