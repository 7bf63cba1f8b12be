// Follows the audit at work by server-sent events: bars are exchanged, sentences added, and the end shown as it is.

const announce = document.getElementById("work-said");

function follow() {
  const work = document.getElementById("work");
  if (!work?.dataset.stream) return;
  const stream = new EventSource(`${work.dataset.stream}?after=${work.dataset.after}`);
  stream.addEventListener("progress", (event) => show(JSON.parse(event.data)));
  stream.addEventListener("end", () => {
    stream.close();
    finish();
  });
}

function show({ html, said }) {
  document.getElementById("progress").innerHTML = html; // our own template, escaped by the server
  const list = document.getElementById("said");
  const shown = Number(list.dataset.shown ?? document.getElementById("work").dataset.after);
  for (const { number, text, warning } of said) {
    if (number <= shown) continue; // a stream that was broken off begins anew
    const line = document.createElement("li");
    line.textContent = text;
    if (warning) line.className = "warned";
    list.append(line);
    list.dataset.shown = number;
  }
}

async function finish() {
  const stood = document.getElementById("work").contains(document.activeElement);
  await htmx.ajax("GET", location.pathname, { target: "#work", swap: "outerHTML" });
  announce.textContent = announce.dataset.ended;
  if (stood) document.getElementById("at-work")?.focus();
}

follow();
