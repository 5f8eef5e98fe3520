export default {
  render({ model, el }) {
    const lens = document.createElement("mix-lens");
    // Keys on a slider are the slider's: the notebook would take a b for a new cell.
    lens.dataset.lmSuppressShortcuts = "true";
    for (const [name, value] of Object.entries(model.get("attributes"))) lens.setAttribute(name, value);
    lens.data = model.get("data");
    const isSame = (own) => JSON.stringify(own) === JSON.stringify(lens.weights);
    const take = () => {
      const own = model.get("weights");
      if (Object.keys(own).length > 0 && !isSame(own)) lens.weights = own;
    };
    const hear = ({ detail }) => {
      model.set("weights", detail.weights);
      model.set("predictions", detail.predictions);
      model.save_changes();
    };
    take();
    for (const type of ["ready", "input", "change"]) lens.addEventListener(type, hear);
    model.on("change:weights", take);
    el.append(lens);
    return () => model.off("change:weights", take);
  },
};
