export default {
  render({ model, el }) {
    const lens = document.createElement("mix-lens");
    // Keys on a slider move it: the notebook would insert a new cell at the key b.
    lens.dataset.lmSuppressShortcuts = "true";
    for (const [name, value] of Object.entries(model.get("attributes")))
      lens.setAttribute(name, value);
    lens.data = model.get("data");
    const isSame = (weights) => JSON.stringify(weights) === JSON.stringify(lens.weights);
    const applyWeights = () => {
      const weights = model.get("weights");
      if (Object.keys(weights).length > 0 && !isSame(weights)) lens.weights = weights;
    };
    const publish = ({ detail }) => {
      model.set("weights", detail.weights);
      model.set("predictions", detail.predictions);
      model.save_changes();
    };
    applyWeights();
    for (const type of ["ready", "input", "change"]) lens.addEventListener(type, publish);
    model.on("change:weights", applyWeights);
    el.append(lens);
    return () => model.off("change:weights", applyWeights);
  },
};
