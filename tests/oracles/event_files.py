"""Files of events read back by other people's readers, event for event.

    pip install numpy dv-processing aedat evt3 faery h5py evlib
    python tests/oracles/event_files.py target/release/flockwork

Films a scene into each format and compares what dv-processing and aedat (AEDAT4), evt3 and faery (EVT3), and NumPy (NPZ)
read, h5py (HDF5, with the two properties by which DSEC defines ms_to_idx) and evlib; then the edges: no event, one event, gaps over the wraps
of EVT3's clock. With a folder as second argument it only writes there the two files of h5py's that the tests read.
"""

import pathlib
import subprocess
import sys
import tempfile

import aedat
import dv_processing
import evt3
import evlib
import faery
import h5py
import numpy

binary = sys.argv[1]
if len(sys.argv) > 2:
    n = numpy.arange(100)
    for name, how in (("events-h5py", {}), ("events-chunked", {"chunks": (50,), "compression": "gzip"})):
        with h5py.File(f"{sys.argv[2]}/{name}.h5", "w") as file:
            group = file.create_group("events")
            for key, values, kind in (("t", 37 * n, "<i8"), ("x", n % 40, "<u2"), ("y", n % 30, "<i4"), ("p", n % 3 == 0, "<u1")):
                group.create_dataset(key, data=values.astype(kind), **how)
            file["t_offset"], file["ms_to_idx"] = numpy.int64(0), numpy.array([0, 28, 55, 82], "<u8")
    sys.exit()
folder = pathlib.Path(tempfile.mkdtemp())


def film(name, *options):
    for ending in ("npz", "aedat4", "raw", "h5", "csv"):
        command = [binary, "events", "boids", "-o", str(folder / f"{name}.{ending}"), *options]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def columns(t, x, y, p):
    return numpy.stack([numpy.asarray(column, dtype=numpy.int64) for column in (t, x, y, p)])


def of_numpy(path):
    data = numpy.load(path)
    return columns(data["t"], data["x"], data["y"], data["p"])


def of_csv(path):
    table = numpy.loadtxt(path, delimiter=",", skiprows=1, dtype=numpy.int64, ndmin=2).reshape(-1, 5)
    return columns(*table.T[:4])


def of_dv(path):
    recording = dv_processing.io.MonoCameraRecording(str(path))
    parts = []
    while recording.isRunning():
        batch = recording.getNextEventBatch()
        if batch is None:
            break
        a = batch.numpy()
        parts.append(columns(a["timestamp"], a["x"], a["y"], a["polarity"]))
    return numpy.concatenate(parts, axis=1) if parts else columns([], [], [], [])


def of_aedat(path):
    parts = [packet["events"] for packet in aedat.Decoder(str(path)) if "events" in packet]
    a = numpy.concatenate(parts) if parts else None
    return columns(a["t"], a["x"], a["y"], a["on"]) if parts else columns([], [], [], [])


def of_evt3(path):
    a = evt3.decode_file(str(path))
    a = a[0] if isinstance(a, tuple) else a
    get = (lambda key: a[key]) if not hasattr(a, "timestamp") else (lambda key: getattr(a, key))
    return columns(get("timestamp"), get("x"), get("y"), get("polarity"))


def of_faery(path):
    a = faery.events_stream_from_file(path).to_array()
    return columns(a["t"], a["x"], a["y"], a["p" if "p" in a.dtype.names else "on"])


def of_h5py(path):
    with h5py.File(path) as file:
        events = {name: file["events"][name] for name in "txyp"}
        assert [events[name].dtype.str for name in "txyp"] == ["<u4", "<u2", "<u2", "|u1"] and int(file["t_offset"][()]) == 0
        assert [int(file["events"].attrs[side]) for side in ("width", "height")]
        t, index = events["t"][:].astype(numpy.int64), file["ms_to_idx"][:].astype(numpy.int64)
        start = 1000 * numpy.arange(len(index))
        assert len(index) == (t[-1] // 1000 + 1 if len(t) else 0)
        assert (t[index] >= start).all() and (t[index - 1] < start)[index > 0].all()
        return columns(t, *(events[name][:] for name in "xyp"))


def of_evlib(path):
    a = evlib.load_events(str(path)).collect()
    t = a["t"].dt.total_microseconds() if hasattr(a["t"], "dt") and a["t"].dtype.is_temporal() else a["t"]
    return columns(t.to_numpy(), a["x"].to_numpy(), a["y"].to_numpy(), (a["polarity"].to_numpy() > 0))


READERS = [("h5", "h5py", of_h5py), ("h5", "evlib", of_evlib), ("aedat4", "dv-processing", of_dv), ("aedat4", "aedat", of_aedat), ("raw", "evt3", of_evt3),
           ("raw", "faery", of_faery), ("csv", "numpy.loadtxt", of_csv)]
failed = False
for name, options in [
    ("boids, 2 s, clean", ["--seconds", "2"]),
    ("boids, 20 s, noisy, 346x260", ["--seconds", "20", "--preset", "noisy", "--sensor", "346x260", "--set", "agents=20"]),
    ("nobody, 1 s", ["--seconds", "1", "--set", "agents=0"]),
    ("one event", ["--steps", "1", "--set", "agents=0", "--sensor", "1x1", "--set", "camera.shot_rate=1000",
                   "--set", "camera.frames_per_step=1", "--set", "camera.steps_per_second=600", "--seed", "5"]),
    ("a gap of 40 s", ["--steps", "2", "--set", "agents=3", "--set", "camera.steps_per_second=0.05"]),
]:
    film(name, *options)
    truth = of_numpy(folder / f"{name}.npz")
    for ending, reader, read in READERS:
        if reader == "evlib" and not truth.shape[1]:
            continue  # It takes a file without events for one without columns.
        path = folder / f"{name}.{ending}"
        try:
            found = read(path)
            same = found.shape == truth.shape and bool((found == truth).all())
            verdict = "exact" if same else f"DIFFERENT ({found.shape[1]} events)"
        except Exception as error:
            same, verdict = False, f"ERROR {type(error).__name__}: {error}"
        failed |= not same
        size = path.stat().st_size / max(truth.shape[1], 1)
        print(f"{name:30} {truth.shape[1]:9} events  {ending:7} {size:6.2f} B/event  {reader:14} {verdict}", flush=True)
sys.exit(failed)
