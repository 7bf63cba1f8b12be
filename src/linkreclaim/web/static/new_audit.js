// Shows how far files are on their way, where they may be dropped, and makes room for the next ones.

for (const form of document.querySelectorAll("form.send")) {
  const bar = form.querySelector("progress");
  form.addEventListener("htmx:beforeRequest", () => {
    bar.hidden = false;
    bar.value = 0;
  });
  form.addEventListener("htmx:xhr:progress", ({ detail }) => {
    if (detail.lengthComputable) bar.value = (100 * detail.loaded) / detail.total;
  });
  form.addEventListener("htmx:afterRequest", () => {
    bar.hidden = true;
    form.reset();
  });
}

const zone = document.querySelector(".drop-zone");
const input = document.getElementById("file-input");

zone.addEventListener("dragover", (event) => {
  event.preventDefault(); // else the browser would open the file in place of this page
  zone.classList.add("over");
});
zone.addEventListener("dragleave", () => zone.classList.remove("over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
