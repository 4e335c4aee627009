// Copies the text of the element that a button names in data-copy.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const label = button.querySelector("span:last-child");
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      label.textContent = "Copied";
    } catch {
      // Without HTTPS a browser has no clipboard for us: select it, so that Ctrl-C does the rest.
      getSelection().selectAllChildren(source);
      label.textContent = "Press Ctrl-C";
    }
  });
}
