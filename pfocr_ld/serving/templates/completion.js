// Proposals for the search box and for fields of genes; the pages work without them.
"use strict";
const base = new URL(document.currentScript.src).pathname.replace(/completion\.js$/, "complete");
for (const input of document.querySelectorAll("input[list]")) {
  const list = document.getElementById(input.getAttribute("list"));
  let last = "", timer = 0;
  input.addEventListener("input", () => {
    const kind = input.dataset.kind || "";
    const word = input.value.trim();
    if (word.length < 2 || word === last) return;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      last = word;
      const response = await fetch(`${base}?q=${encodeURIComponent(word)}&kind=${kind}`);
      if (!response.ok || input.value.trim() !== word) return;
      const options = (await response.json()).map((one) => {
        const option = document.createElement("option");
        option.value = one.value;
        option.textContent = one.label;
        return option;
      });
      list.replaceChildren(...options);
    }, 80);
  });
}
