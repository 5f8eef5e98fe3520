// The second widget follows the first.
const [first, second] = ["first", "second"].map((id) => document.getElementById(id));
first.addEventListener("input", ({ target, detail }) => {
  if (target === first) second.weights = detail.weights;
});
