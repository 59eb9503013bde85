// A long list to tick from gets a box that narrows it; what is ticked stays in sight.
const { narrow } = document.getElementById("words").dataset;

for (const list of document.querySelectorAll(".picks")) {
  const labels = [...list.querySelectorAll("label")];
  if (labels.length < 7) continue;
  const box = Object.assign(document.createElement("input"), { type: "search", placeholder: narrow, autocomplete: "off" });
  box.setAttribute("aria-label", narrow);
  box.addEventListener("input", (event) => {
    event.stopPropagation(); // nothing of the form has changed
    const words = box.value.toLowerCase().split(/\s+/);
    for (const label of labels) {
      const text = label.textContent.toLowerCase();
      label.hidden = !label.querySelector("input").checked && !words.every((word) => text.includes(word));
    }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    labels.find((label) => !label.hidden && !label.querySelector("input").checked)?.click();
    box.value = "";
    box.dispatchEvent(new Event("input"));
  });
  list.before(box);
}
