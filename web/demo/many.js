// `?loading=eager` loads all of them at once.
const loading = new URLSearchParams(location.search).get("loading") ?? "lazy";
for (let place = 1; place <= 100; place += 1) {
  const own = document.createElement("mix-lens");
  own.setAttribute("loading", loading);
  own.setAttribute("src", "demo.json");
  own.setAttribute("view", place % 2 ? "sliders" : "bars");
  document.querySelector("main").append(own);
}
