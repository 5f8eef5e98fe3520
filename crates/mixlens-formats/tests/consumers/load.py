"""Loads written configs with the trainers themselves and compares what they make of the numbers.

usage: load.py FOLDER     with expected.json: {format: {"file": name, "phases": [{domain: share}], "starts": [step]}}

Prints a line per format: what loaded it, or why nothing could. Exits with 1 where a trainer disagrees or stops.
Trainers that run on PyTorch have it replaced by a stand-in, since only their reading of weights is asked for; their lines
say so.
"""

import importlib
import importlib.metadata
import importlib.util
import json
import pathlib
import subprocess
import sys
import types
from importlib.machinery import ModuleSpec
from unittest.mock import MagicMock

TOLERANCE = 1e-9
STAND_INS = (
    "torch torchvision torchao transformers transformer_engine tyro boto3 botocore google azure oci paramiko "
    "zstd snappy brotli databricks alipcs oss2 bettermap cached_path rich requests ai2_olmo_eval".split()
)


class StandIn(MagicMock):
    """A package that is not there: any name in it exists, and its classes can be derived from."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__") and name not in ("__path__",):
            raise AttributeError(name)
        if name[:1].isupper():
            return type(name, (), {"__class_getitem__": classmethod(lambda cls, _: cls)})
        return super().__getattr__(name)


class StandInFinder:
    """Finds stand-ins for packages that are not installed."""

    def find_spec(self, name, path=None, target=None):
        return ModuleSpec(name, self, is_package=True) if name.split(".")[0] in STAND_INS else None

    def create_module(self, spec):
        module = StandIn(name=spec.name)
        module.__dict__.update(__spec__=spec, __name__=spec.name, __loader__=self)
        return module

    def exec_module(self, module):
        pass


def bare_packages(*names):
    """Puts packages into place without running their __init__, which may ask for far more than is needed here."""
    for name in names:
        if name not in sys.modules:
            parent, _, child = name.rpartition(".")
            folders = sys.modules[parent].__path__ if parent else sys.path
            found = [
                path
                for path in (pathlib.Path(folder or ".") / child for folder in folders)
                if path.is_dir()
            ]
            if not found:
                raise ModuleNotFoundError(f"No module named {name!r}")
            module = types.ModuleType(name)
            module.__path__ = [str(path) for path in found]
            sys.modules[name] = module


def version(package):
    return f"{package} {importlib.metadata.version(package)}"


def load_yaml(path):
    """As PyYAML and OmegaConf read it, which must agree."""
    import yaml
    from omegaconf import OmegaConf

    plain = yaml.safe_load(path.read_text())
    if isinstance(plain, dict) and all(isinstance(key, str) for key in plain):
        assert OmegaConf.to_container(OmegaConf.load(path)) == plain, (
            "PyYAML and OmegaConf disagree"
        )
    return plain, f"{version('PyYAML')}, {version('omegaconf')}"


def blend(words):
    bare_packages("megatron", "megatron.core", "megatron.core.datasets")
    sys.modules["megatron.core.utils"] = StandIn(
        name="megatron.core.utils"
    )  # logging alone is taken from it
    utils = importlib.import_module("megatron.core.datasets.utils")
    paths, weights = utils.get_blend_from_list([str(word) for word in words])
    assert all(weight > 0 for weight in weights), "Megatron wants weights above zero"
    return dict(
        zip(paths, utils.normalize(weights))
    ), f"{version('megatron-core')} (PyTorch stood in for)"


def run_script(path, **names):
    space = dict(names)
    exec(compile(path.read_text(), str(path), "exec"), space)
    return space


def regmix(path):
    config, who = load_yaml(path)
    assert set(config) == {"train", "valid", "model_name"}
    return (
        [{name.removeprefix("train_"): weight for name, weight in config["train"].items()}],
        None,
        who,
    )


def llm_foundry(path):
    import numpy

    config, who = load_yaml(path)
    streams = config["train_loader"]["dataset"]["streams"]
    bare_packages("streaming", "streaming.base")
    stream = importlib.import_module("streaming.base.stream").Stream
    made = [stream(**{**fields, "local": f"/tmp/none/{name}"}) for name, fields in streams.items()]
    # A million samples each; the trainer's own arithmetic fills in proportions and samples.
    samples = stream.apply_weights(made, numpy.full(len(made), 10**6), 10**12, 1)
    assert samples == 10**12, samples
    drawn = {name: one.choose / samples for name, one in zip(streams, made)}
    shares = {name: float(one.proportion) for name, one in zip(streams, made)}
    assert all(abs(drawn[name] - shares[name]) < 1e-9 for name in shares)
    return [shares], None, f"{version('mosaicml-streaming')} (PyTorch stood in for), {who}"


def megatron(path):
    script = f'source "{path}" && printf "%s\\n" "${{DATA_ARGS[@]}}"'
    words = subprocess.run(
        ["bash", "-c", script], check=True, capture_output=True, text=True
    ).stdout.split()
    assert words[0] == "--data-path"
    shares, who = blend(words[1:])
    return [shares], None, f"bash, {who}"


def megatron_args(path):
    shares, who = blend(path.read_text().split())
    return [shares], None, who


def gpt_neox(path):
    config, who = load_yaml(path)
    return (
        [dict(zip(config["train-data-paths"], config["train-data-weights"], strict=True))],
        None,
        who,
    )


def nemo(path):
    config, who = load_yaml(path)
    shares, megatron_core = blend(config["model"]["data"]["data_prefix"])
    return [shares], None, f"{megatron_core}, {who}"


def megatron_bridge(path):
    config, who = load_yaml(path)
    paths, weights = config["dataset"]["blend"]
    return [dict(zip(paths, weights, strict=True))], None, who


def hugging_face(path):
    import datasets

    datasets.disable_progress_bars()
    script = run_script(path)
    sources = [
        datasets.Dataset.from_dict({"domain": [name] * 400}).to_iterable_dataset()
        for name in script["NAMES"]
    ]
    mixed = script["mixture"](sources)
    counts = dict.fromkeys(script["NAMES"], 0)
    draws = 4000
    for example in mixed.take(draws):
        counts[example["domain"]] += 1
    shares = dict(zip(script["NAMES"], script["PROBABILITIES"], strict=True))
    for name, share in shares.items():
        error = abs(counts[name] / draws - share)
        assert error < 5 * (share * (1 - share) / draws) ** 0.5 + 1e-3, (
            f"{name}: drew {counts[name]} of {draws}"
        )
    return [shares], None, f"{version('datasets')} ({draws} examples drawn)"


def olmo_core(path):
    config, who = load_yaml(path)
    bare_packages("olmo_core", "olmo_core.data")
    sys.modules["olmo_core.io"] = StandIn(name="olmo_core.io")  # files are not looked at
    module = importlib.import_module("olmo_core.data.source_mixture")
    made = [module.SourceMixtureConfig(**fields) for fields in config["sources"]]
    for source in made:
        source.validate()
    module.SourceMixtureList(sources=made).validate()
    return (
        [{one.source_name: one.target_ratio for one in made}],
        None,
        f"{version('ai2-olmo-core')} (PyTorch stood in for), {who}",
    )


def olmix(path):
    config, who = load_yaml(path)
    return [{name: fields["weight"] for name, fields in config.items()}], None, who


def nanotron(path):
    config, who = load_yaml(path)
    phases = [stage["data"]["dataset"] for stage in config["data_stages"]]
    shares = [
        dict(zip(phase["dataset_folder"], phase["dataset_weights"], strict=True))
        for phase in phases
    ]
    return shares, [stage["start_training_step"] - 1 for stage in config["data_stages"]], who


def levanter(path):
    config, who = load_yaml(path)
    weights = config["data"]["train_weights"]
    staged = [[0, weights]] if isinstance(weights, dict) else weights
    return [shares for _, shares in staged], [step for step, _ in staged], who


def marin(path):
    name = "marin.processing.tokenize.data_configs"
    for part in ("marin", "marin.processing", "marin.processing.tokenize", name):
        sys.modules[part] = types.ModuleType(part)
    stated = lambda components, weights=None, weights_list=None: weights_list or [(0, weights)]
    sys.modules[name].lm_mixture_data_config = stated
    sys.modules[name].lm_varying_mixture_data_config = stated
    staged = run_script(path)["data_config"]({})
    return (
        [shares for _, shares in staged],
        [step for step, _ in staged],
        "Python alone; Marin is in no registry",
    )


def torchtitan(path):
    bare_packages("torchtitan", "torchtitan.hf_datasets", "torchtitan.components")
    for name in (
        "torchtitan.components.dataloader",
        "torchtitan.components.loss",
        "torchtitan.components.tokenizer",
        "torchtitan.tools",
        "torchtitan.tools.logging",
        "torchtitan.config",
    ):
        sys.modules[name] = StandIn(name=name)
    import dataclasses

    empty = dataclasses.dataclass(kw_only=True, slots=True)(type("Config", (), {}))
    loader = type("ParallelAwareDataloader", (), {"Config": empty})
    sys.modules["torchtitan.components.dataloader"].ParallelAwareDataloader = loader
    sys.modules["torchtitan.hf_datasets"].DatasetConfig = lambda **fields: fields
    config = run_script(path)["dataloader"]
    shares = {source.dataset: source.weight for source in config.sources}
    interleaved = importlib.import_module("torchtitan.hf_datasets.interleaved").InterleavedDataset
    source = type(
        "Source", (), dict.fromkeys(("state_dict", "load_state_dict", "reloop"), lambda self: None)
    )
    interleaved([source() for _ in shares], list(shares.values()), config.seed)
    return [shares], None, f"{version('torchtitan')} (PyTorch stood in for)"


def mixtera(path):
    name = "mixtera.core.query.mixture"
    for part in ("mixtera", "mixtera.core", "mixtera.core.query", name):
        sys.modules[part] = types.ModuleType(part)
    module = sys.modules[name]
    module.MixtureKey = lambda properties: "+".join(properties["domain"])
    module.StaticMixture = lambda chunk_size, mixture: [(0, mixture)]
    module.ScheduleEntry = lambda step, mixture: (step, mixture[0][1])
    module.MixtureSchedule = lambda chunk_size, entries: entries
    staged = run_script(path)["mixture"]
    return (
        [shares for _, shares in staged],
        [step for step, _ in staged],
        "Python alone; Mixtera is in no registry",
    )


def own_json(path):
    config = json.loads(path.read_text())
    return [phase["mixture"] for phase in config["phases"]], None, "Python's json"


CONSUMERS = {
    "regmix": regmix,
    "llm-foundry": llm_foundry,
    "megatron": megatron,
    "megatron-args": megatron_args,
    "gpt-neox": gpt_neox,
    "nemo": nemo,
    "megatron-bridge": megatron_bridge,
    "hugging-face": hugging_face,
    "olmo-core": olmo_core,
    "olmix": olmix,
    "nanotron": nanotron,
    "levanter": levanter,
    "marin": marin,
    "torchtitan": torchtitan,
    "mixtera": mixtera,
    "json": own_json,
}


def main():
    folder = pathlib.Path(sys.argv[1])
    sys.meta_path.append(StandInFinder())
    failed = 0
    for name, expected in json.loads((folder / "expected.json").read_text()).items():
        try:
            phases, starts, who = CONSUMERS[name](folder / expected["file"])
            assert len(phases) == len(expected["phases"]), f"{len(phases)} phases"
            for found, wanted in zip(phases, expected["phases"]):
                assert {key for key in found if found[key]} == {
                    key for key in wanted if wanted[key]
                }, sorted(found)
                for domain, share in found.items():
                    assert abs(share - wanted[domain]) < TOLERANCE, (
                        f"{domain}: {share}, not {wanted[domain]}"
                    )
            assert starts is None or starts == expected["starts"], f"phases begin at {starts}"
            print(f"{name}: loaded by {who}")
        except ModuleNotFoundError as problem:
            print(f"{name}: SKIPPED, {problem}")
        except Exception as problem:
            failed += 1
            print(f"{name}: FAILED, {type(problem).__name__}: {problem}")
    sys.exit(1 if failed else 0)


main()
