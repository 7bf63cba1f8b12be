// The keyboard of the table of dead pages, its live region, and the list under the field for a target.

const root = document.querySelector(".dead");
const said = document.getElementById("said");
const byId = (id) => document.getElementById(id);
const say = (text) => { said.textContent = text ?? ""; };

const FIELD = "input:not([type=checkbox], [type=submit]), textarea, select";

// The rows, the pane, and the keys that wait for it. Keys are pressed faster than the server answers: what counts is
// the row that the user is on, not what the page shows so far.

const rowOf = (pane) => pane.dataset.row ?? "";
let here = rowOf(byId("pane")); // the row that the user is on: its pane is open, or on its way
let shown = byId("pane");
const deciding = new Set(); // rows about which a decision is on its way
const queue = []; // keys as they were pressed: each is for the row that those before it lead to
let stepping = false;

const rowLinks = () => [...document.querySelectorAll("#results tbody th a")];
const linkOf = (row) => (row && byId(row)?.querySelector("th a")) || null;

function stayOn(row) {
  here = row;
  const link = linkOf(row);
  for (const each of rowLinks()) {
    each.toggleAttribute("aria-current", each === link);
    if (each === link) each.setAttribute("aria-current", "true");
    each.closest("tr").classList.toggle("current", each === link);
  }
}

function step(by) {
  const links = rowLinks();
  const at = links.indexOf(linkOf(here) ?? document.activeElement.closest("#results tr")?.querySelector("th a"));
  const link = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
  if (!link) return say(by > 0 ? root.dataset.last : root.dataset.first);
  if (!document.activeElement.matches(FIELD)) link.focus(); // a step that waited takes the field from nobody
  link.scrollIntoView({ block: "nearest" });
  stepping = true;
  link.click();
  stepping = false;
}

function decide(key) {
  const inPane = document.querySelector(`#pane [data-key="${key}"]`);
  const inRow = key === "a" && document.activeElement.closest("#results tr")?.querySelector("button");
  (inPane ?? inRow)?.click();
}

function close() {
  const link = linkOf(here);
  queue.length = 0;
  if (byId("close-pane")) byId("close-pane").click();
  else {
    htmx.trigger("#opened", "htmx:abort");
    stayOn("");
  }
  link?.focus();
}

const steps = { j: () => step(1), k: () => step(-1) };
const atOnce = {
  "/": () => byId("search").focus(),
  "?": () => { byId("keys").open = true; byId("keys").querySelector("summary").focus(); },
  Escape: close,
};

// A key for the pane waits for the right pane, and for the answer to the decision before it; what follows waits behind.
const isReady = () => rowOf(byId("pane")) === here && !deciding.has(here);

function runKeys() {
  while (queue.length && (queue[0] in steps || isReady())) {
    const key = queue.shift();
    if (key in steps) steps[key]();
    else if (key === "e") byId("target")?.focus();
    else decide(key);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== "Escape" && !byId("keys-on").checked) return;
  const field = event.target.closest?.(FIELD);
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  if (!(event.key in atOnce) && !/^[jkeargfixu1-5]$/.test(event.key)) return;
  event.preventDefault();
  if (event.key in atOnce) return atOnce[event.key]();
  if (queue.at(-1) !== "e") queue.push(event.key); // what is typed ahead for a field is no decision
  runKeys();
});

document.addEventListener("pointerdown", () => { queue.length = 0; });

document.addEventListener("keydown", (event) => {
  const list = event.key === "Escape" && event.target.closest?.("#facets details[open], .save-as[open]");
  if (!list) return;
  list.open = false; // that first, and the pane at the next Escape
  list.querySelector("summary").focus();
  event.preventDefault();
}, true);

// Single keys can be switched off, for those who speak to their browser (WCAG 2.2, 2.1.4)

byId("keys-on").checked = localStorage.getItem("keys") !== "off";
byId("keys-on").addEventListener("change", (event) => localStorage.setItem("keys", event.target.checked ? "on" : "off"));

// Requests, swaps and answers. Only the newest request for a pane is answered (hx-sync); decisions all are.

let unfolded = [];
let focused = "";

const isRefusal = (xhr) => [409, 422].includes(xhr.status);

document.body.addEventListener("htmx:beforeRequest", ({ detail: { elt, target, xhr, requestConfig } }) => {
  if (requestConfig.verb === "post") return follow(elt, xhr, requestConfig);
  if (target.id !== "opened") return;
  requestConfig.byStep = stepping;
  if (!stepping) queue.length = 0;
  stayOn(elt.closest("#results tr")?.id ?? "");
  xhr.addEventListener("load", runKeys); // after htmx is through with the answer: until then it holds the next request
});

function follow(elt, xhr, requestConfig) {
  const row = elt.closest("#results tr")?.id ?? rowOf(byId("pane"));
  requestConfig.decides = row;
  requestConfig.sentFrom = document.activeElement;
  deciding.add(row);
  xhr.addEventListener("loadend", () => {
    // htmx tells nobody of the failure of a form that is no longer in the page
    const failure = !xhr.status ? "htmx:sendError" : xhr.status >= 400 && !isRefusal(xhr) ? "htmx:responseError" : "";
    if (failure && !elt.isConnected) htmx.trigger(document.body, failure, { xhr });
    deciding.delete(row);
    runKeys();
  });
}

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  unfolded = [...document.querySelectorAll("#facets details[open]")].map((each) => each.id);
  focused = document.activeElement?.id ?? "";
  const { xhr, target, requestConfig } = detail;
  if (target.id !== "opened" || requestConfig.verb !== "post") return;
  if (isRefusal(xhr)) {
    detail.shouldSwap = true; // the pane itself says what was refused, also when it was left meanwhile
    detail.isError = false;
    queue.length = 0;
  } else if (requestConfig.decides !== here) return void (detail.swapOverride = "none"); // its row is swapped in passing
  htmx.trigger("#opened", "htmx:abort"); // of the same pane as it was before, or of one that the refusal goes before
});

document.body.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const pane = detail.fragment.querySelector("#pane");
  if (pane && rowOf(pane) !== here) detail.shouldSwap = false;
});

document.body.addEventListener("htmx:afterSwap", () => {
  for (const id of unfolded) if (byId(id)) byId(id).open = true;
  if (document.activeElement === document.body && focused) byId(focused)?.focus();
});

document.body.addEventListener("htmx:afterSettle", ({ detail: { target, requestConfig } }) => {
  if (target.id === "results") say(byId("results").dataset.said);
  if (shown !== byId("pane")) present(target.id === "opened", requestConfig);
  stayOn(here);
});

function present(isAnswer, { byStep, sentFrom }) {
  shown = byId("pane");
  if (rowOf(shown) !== here) queue.length = 0; // it is not listed any more, or says what was refused
  here = rowOf(shown);
  if (!isAnswer) return;
  say(shown.dataset.said);
  shown.scrollTop = 0;
  const active = document.activeElement;
  if (active.matches(FIELD) && active.id !== sentFrom?.id) return; // never under the hands of somebody who types
  if (byId("notice")) byId("notice").focus();
  else if (!shown.hidden && (!byStep || active === document.body)) byId("pane-title")?.focus();
}

for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.body.addEventListener(failure, () => {
    queue.length = 0;
    stayOn(rowOf(byId("pane")));
  });
}

document.body.addEventListener("htmx:afterRequest", ({ detail: { target, successful } }) => {
  const wasLost = document.activeElement === document.body;
  if (wasLost && successful && target?.id?.startsWith("row-")) linkOf(target.id)?.focus();
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
