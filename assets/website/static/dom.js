// What several scripts do with the page: elements, and files that the visitor saves.

// An element with properties and content; parts that are null or undefined are left out.
export function element(name, properties = {}, ...content) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...content.filter((part) => part !== null && part !== undefined));
  return node;
}

// A button that looks like the links next to it.
export function inlineButton(words, action) {
  const button = element("button", { type: "button", className: "inline" }, words);
  button.addEventListener("click", action);
  return button;
}

export function saveAddress(address, fileName) {
  element("a", { href: address, download: fileName }).click();
}

export function saveFile(content, fileName) {
  const address = URL.createObjectURL(content);
  saveAddress(address, fileName);
  URL.revokeObjectURL(address);
}
