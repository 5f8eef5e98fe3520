// `?loading=eager` loads all elements at once.
const loading = new URLSearchParams(location.search).get("loading") ?? "lazy";
for (let index = 1; index <= 100; index += 1) {
  const element = document.createElement("mix-lens");
  element.setAttribute("loading", loading);
  element.setAttribute("src", "demo.json");
  element.setAttribute("view", index % 2 ? "sliders" : "bars");
  document.querySelector("main").append(element);
}
