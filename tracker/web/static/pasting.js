// A link pasted anywhere becomes the link of the source; a passage pasted outside the boxes goes where words belong.
const form = document.querySelector("form[data-passage]");
const LINK = /^https?:\/\/\S+$/;
const BOX = "input, textarea, select, [contenteditable]";

const takeLink = async (url) => {
  const { source_url: link, source_outlet: outlet, source } = form.elements;
  if (!link) return;
  const remembered = source.defaultValue === source.value;
  link.value = url;
  const answer = await fetch(`/suggest?names=outlet&words=${encodeURIComponent(url)}`, { headers: { Accept: "application/json" } });
  if (answer.ok) {
    const { outlet: name } = await answer.json();
    outlet.value ||= name;
    if (remembered || !source.value.trim()) source.value = name;
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
  said.textContent = document.getElementById("words").dataset.pasted;
};

const said = Object.assign(document.createElement("p"), { className: "echo" });
said.setAttribute("role", "status");
form?.elements.source_url?.closest(".three").after(said);

document.addEventListener("paste", (event) => {
  if (!form) return;
  const text = event.clipboardData.getData("text/plain").trim();
  const box = event.target.closest?.(BOX);
  if (box && !form.contains(box)) return;
  if (LINK.test(text) && box?.name !== "source_url" && form.elements.source_url) {
    event.preventDefault();
    takeLink(text);
  } else if (!box && text) {
    const where = form.elements[form.dataset.passage];
    event.preventDefault();
    where.closest("details")?.setAttribute("open", "");
    where.value = where.value ? `${where.value}\n${text}` : text;
    where.focus();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
