// Shows how far files are on their way, where they may be dropped, and makes room for the next ones.

const form = document.getElementById("send");
const bar = document.getElementById("sending");
const zone = form.querySelector(".drop-zone");

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
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  zone.addEventListener(name, () => zone.classList.toggle("over", over));
}
