"""The same images through v2e's own emulator and through Flockwork's pixels: the same clean events, frame by frame.

    pip install numpy torch opencv-python-headless h5py screeninfo tqdm
    PYTHONPATH=/path/to/v2e python tests/oracles/v2e_parity.py target/release/flockwork

Needs a checkout of https://github.com/SensorsINI/v2e; the stored result is of commit cac63844. v2e gives all events of one
frame a few shared times and shuffles them within one, so they are compared as counts for each pixel, frame and polarity.
"""

import importlib
import pathlib
import subprocess
import sys
import tempfile
import types

import numpy
import torch

# Writers of files that are not used here, and what they would need.
for name in ("v2ecore.output.aedat2_output", "v2ecore.output.aedat4_output", "v2ecore.output.ae_text_output",
             "v2ecore.v2e_utils"):
    module = types.ModuleType(name)
    for attribute in ("AEDat2Output", "AEDat4Output", "DVSTextOutput", "checkAddSuffix", "v2e_quit", "video_writer"):
        setattr(module, attribute, None)
    sys.modules[name] = module
emulator = importlib.import_module("v2ecore.emulator")

binary = sys.argv[1]
folder = pathlib.Path(tempfile.mkdtemp())
ours, images = folder / "events.npz", folder / "images.npz"


def compare(name, emulator_settings, *options):
    command = [binary, "events", "boids", "-o", str(ours), "--images", str(images), "--seconds", "2", "--set", "agents=100",
               "--set", "camera.stamping=v2e", "--set", "camera.response=euler", "--set", "camera.mismatch=0", *options]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    seen, events = numpy.load(images), numpy.load(ours)
    levels, times = seen["images"], seen["t"]
    settings = dict(pos_thres=0.2, neg_thres=0.2, sigma_thres=0.0, cutoff_hz=0, leak_rate_hz=0, shot_noise_rate_hz=0,
                    refractory_period_s=0, seed=1, device="cpu", output_folder=str(folder))
    settings.update(emulator_settings)
    theirs = emulator.EventEmulator(**settings)
    total, differing, signs, stamps = 0, 0, [0, 0], []
    edges = numpy.searchsorted(events["t"], times, side="right")
    for frame, (image, time) in enumerate(zip(levels, times)):
        found = theirs.generate_events(image.astype(numpy.float64), time * 1e-6)
        if frame == 0:
            continue
        counts = numpy.zeros((2, 2) + image.shape, dtype=int)
        if found is not None:
            numpy.add.at(counts[0], ((found[:, 3] > 0).astype(int), found[:, 2].astype(int), found[:, 1].astype(int)), 1)
        mine = slice(edges[frame - 1], edges[frame])
        numpy.add.at(counts[1], (events["p"][mine].astype(int), events["y"][mine], events["x"][mine]), 1)
        total += counts[0].sum()
        differing += numpy.abs(counts[0] - counts[1]).sum()
        if found is not None and counts[0].sum() == counts[1].sum():
            stamps.append(numpy.abs(numpy.sort(found[:, 0]) * 1e6 - events["t"][mine]).max())
    print(f"{name:44} {len(levels)} images, v2e {total} events, ours {len(events['t'])}, counts that differ: {differing}, "
          f"largest difference of times {max(stamps):.1f} us", flush=True)


apart = {"neg_thres": 0.21}, "--set", "camera.threshold_off=0.21"
compare("ON 0.2, OFF 0.21", *apart)
compare("the same, ten images a step", *apart, "--set", "camera.frames_per_step=10")
compare("the same, low-pass of 30 Hz (Euler)", {**apart[0], "cutoff_hz": 30}, *apart[1:], "--set", "camera.cutoff=30",
        "--set", "camera.frames_per_step=30")
# With equal thresholds every bird that has passed leaves its pixels exactly one threshold from where they were: v2e's 32-bit
# numbers lose some of these last events.
compare("ON 0.2, OFF 0.2", {})

# The same in numbers of 64 bits: v2e's own code, but for the last line of its logarithm.
emulator.lin_log = lambda x, threshold=20: torch.where(x <= threshold, x * (numpy.log(threshold) / threshold), torch.log(x))
compare("v2e in 64 bits, ON 0.2, OFF 0.21", *apart)
