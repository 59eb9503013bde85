// Another type is chosen when words are typed already: they go with it.
const form = document.querySelector("form[data-passage]");
let touched = form ? "typed" in form.dataset : false;
form?.addEventListener("input", () => { touched = true; });

document.addEventListener("click", (event) => {
  const link = event.target.closest(".eight a, .types a");
  if (!form || !link || !touched || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const type = new URL(link.href).searchParams.get("type");
  if (!type || type === form.elements.type.value) return;
  event.preventDefault();
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "switch", value: type }));
  form.requestSubmit();
});
