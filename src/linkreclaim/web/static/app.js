// Says in words when a request of htmx fails: by itself htmx leaves the page as it was, and says nothing.

const messages = document.getElementById("messages");

function say(text) {
  const line = document.createElement("p");
  line.className = "problem";
  line.textContent = text;
  messages.replaceChildren(line);
}

function sentenceOf(answer) {
  const parsed = new DOMParser().parseFromString(answer, "text/html");
  return parsed.querySelector("p")?.textContent.trim() || messages.dataset.failed;
}

document.body.addEventListener("htmx:sendError", () => say(messages.dataset.unreachable));
document.body.addEventListener("htmx:responseError", (event) => say(sentenceOf(event.detail.xhr.responseText)));
document.body.addEventListener("htmx:beforeRequest", () => messages.replaceChildren());
