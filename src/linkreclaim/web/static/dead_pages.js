// The keyboard of the table of dead pages, its live region, and the list under the field for a target.

const root = document.querySelector(".dead");
const said = document.getElementById("said");
const byId = (id) => document.getElementById(id);
const say = (text) => { said.textContent = text ?? ""; };

// The rows and the pane

const rowLinks = () => [...document.querySelectorAll("#results tbody th a")];
const openedLink = () => document.querySelector("#results a[aria-current]") ?? document.activeElement.closest("#results tr")?.querySelector("th a");

function mark(link) {
  for (const each of rowLinks()) {
    each.toggleAttribute("aria-current", each === link);
    if (each === link) each.setAttribute("aria-current", "true");
    each.closest("tr").classList.toggle("current", each === link);
  }
}

let focusPane = true;

function step(by) {
  const links = rowLinks();
  const at = links.indexOf(openedLink());
  const link = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
  if (!link) return say(by > 0 ? root.dataset.last : root.dataset.first);
  link.focus();
  link.scrollIntoView({ block: "nearest" });
  mark(link); // at once, so that the next key goes on from here
  focusPane = false;
  link.click();
}

let waiting = ""; // a key that was pressed for a row whose pane is still on its way

function press(key) {
  const row = document.querySelector("#results a[aria-current]")?.closest("tr").id;
  if (row && row !== byId("pane").dataset.row) return void (waiting = key); // never decide about the row before
  waiting = "";
  const inPane = document.querySelector(`#pane [data-key="${key}"]`);
  const inRow = key === "a" && document.activeElement.closest("#results tr")?.querySelector("button");
  (inPane ?? inRow)?.click();
}

function close() {
  const link = document.querySelector("#results a[aria-current]");
  byId("close-pane")?.click();
  link?.focus();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  e: () => byId("target")?.focus(),
  "/": () => byId("search").focus(),
  "?": () => { byId("keys").open = true; byId("keys").querySelector("summary").focus(); },
  Escape: close,
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== "Escape" && !byId("keys-on").checked) return;
  const field = event.target.closest?.("input:not([type=checkbox], [type=submit]), textarea, select");
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  if (!(event.key in keys) && !/^[argfixu1-5]$/.test(event.key)) return;
  event.preventDefault();
  keys[event.key] ? keys[event.key]() : press(event.key);
});

// Single keys can be switched off, for those who speak to their browser (WCAG 2.2, 2.1.4)

byId("keys-on").checked = localStorage.getItem("keys") !== "off";
byId("keys-on").addEventListener("change", (event) => localStorage.setItem("keys", event.target.checked ? "on" : "off"));

// Before and after a swap

let unfolded = [];
let focused = "";

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if ([409, 422].includes(xhr.status) && target.id === "pane") {
    event.detail.shouldSwap = true; // the pane itself says what was refused
    event.detail.isError = false;
  }
  event.detail.requestConfig.isSwapped = true;
  unfolded = [...document.querySelectorAll("#facets details[open]")].map((each) => each.id);
  focused = document.activeElement?.id ?? "";
});

document.body.addEventListener("htmx:afterSwap", () => {
  for (const id of unfolded) if (byId(id)) byId(id).open = true;
  if (document.activeElement === document.body && focused) byId(focused)?.focus();
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  const target = event.detail.target;
  if (target.id === "results") return say(byId("results").dataset.said);
  if (target.id !== "pane") return;
  const pane = byId("pane");
  mark(pane.dataset.row ? byId(pane.dataset.row)?.querySelector("th a") : null);
  say(pane.dataset.said);
  const lost = document.activeElement === document.body;
  if (byId("notice")) byId("notice").focus();
  else if (!pane.hidden && (focusPane || lost)) byId("pane-title")?.focus();
  focusPane = true;
  pane.scrollTop = 0;
  if (waiting) press(waiting);
});

for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.body.addEventListener(failure, () => {
    waiting = "";
    mark(byId(byId("pane").dataset.row)?.querySelector("th a") ?? null);
  });
}

// A refusal of a decision whose pane was left meanwhile is shown all the same: htmx tells it to nobody.
document.body.addEventListener("htmx:beforeRequest", ({ detail: { xhr, requestConfig } }) => {
  if (requestConfig.verb !== "post") return;
  xhr.addEventListener("loadend", () => {
    if (requestConfig.isSwapped || xhr.status < 400) return;
    const place = { eventInfo: { target: byId("pane") } };
    if ([409, 422].includes(xhr.status)) htmx.swap("#pane", xhr.responseText, { swapStyle: "outerHTML" }, place);
    else htmx.trigger(document.body, "htmx:responseError", { xhr });
  });
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  const row = event.detail.target;
  if (row?.id?.startsWith("row-") && event.detail.successful) byId(row.id)?.querySelector("th a").focus();
});

// The list of pages under the field for a target (ARIA Authoring Practices: combobox with list autocomplete)

const options = () => [...document.querySelectorAll("#targets [role=option]")];

function unfold(open) {
  byId("targets").hidden = !open;
  byId("target").setAttribute("aria-expanded", String(open));
  if (!open) choose(null);
}

function choose(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    byId("target").setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else byId("target").removeAttribute("aria-activedescendant");
}

function take(option) {
  byId("target").value = option.dataset.value;
  unfold(false);
  byId("target").focus();
}

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "targets") unfold(options().length > 0 && document.activeElement === byId("target"));
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "target" || byId("targets").hidden) return;
  const all = options();
  const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    choose(all[(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + all.length) % all.length]);
  } else if (event.key === "Enter" && at >= 0) take(all[at]);
  else if (event.key === "Escape") unfold(false);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("#targets [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option);
});

document.addEventListener("focusout", (event) => {
  if (event.target.id === "target") unfold(false);
});

document.addEventListener("click", (event) => {
  for (const each of document.querySelectorAll("#facets details[open], .save-as[open]")) {
    if (!each.contains(event.target)) each.open = false;
  }
});
