"""<mix-lens> in a notebook, through anywidget."""

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent


def read(name):
    return (HERE / name).read_text(encoding="utf-8")


class MixLens(anywidget.AnyWidget):
    """Sliders for a data mixture with the predictions of a surrogate.

    `file` is a surrogate file or a run table. `weights` and `predictions` follow the sliders;
    set `weights` to move them. Other arguments are attributes of the element:
    `locked="code,wiki"`, `training_tokens="1T"`.
    """

    # The single file of the package registers the element; mix_lens.js is the module of anywidget.
    _esm = read("mix-lens/inline.js") + read("mix_lens.js")
    _css = read("mix-lens/page.css") + read("mix_lens.css")
    data = traitlets.Unicode().tag(sync=True)
    attributes = traitlets.Dict().tag(sync=True)
    weights = traitlets.Dict().tag(sync=True)
    predictions = traitlets.List().tag(sync=True)

    def __init__(self, file, weights=None, **attributes):
        super().__init__(
            data=Path(file).read_text(encoding="utf-8"),
            weights=weights or {},
            attributes={name.replace("_", "-"): value for name, value in attributes.items()},
        )
