//! What a frame of the window costs: the picture and the panel, each alone and beside a run that takes all it can get.

use super::{families, median, simulation, time};
use flockwork::{
    lab::Lab,
    panel::{self, Desk},
    scene::Look,
    sim::{Frame, Shot},
    view::{Camera, Caption, Gpu, Page, Picture, Stage},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// The window that is drawn, in pixels.
const SIZE: [u32; 2] = [1280, 720];
/// What of it is left for the picture.
const PICTURE_SIZE: [u32; 2] = [700, 560];
/// Pictures of which the median is told.
const PICTURES: usize = 31;

/// The tables for these numbers of Vicsek's particles. Nothing where no driver can draw.
pub fn tell(sizes: &[u32]) {
    let Ok(gpu) = Gpu::headless() else { return };
    println!("\n### A frame of the window ({}x{} pixels, {}), ms\n", SIZE[0], SIZE[1], gpu.adapter);
    println!("| agents | picture | beside a run | panel, laid out | beside a run | panel, drawn | beside a run |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for agents in sizes {
        let alone = frame_of(&gpu, *agents);
        let beside = beside_a_run(*agents, || frame_of(&gpu, *agents));
        let [picture, layout, drawing] = [0, 1, 2].map(|part| format!("{:.1} | {:.1}", alone[part], beside[part]));
        println!("| {agents} | {picture} | {layout} | {drawing} |");
    }
}

/// Does something while a run of so many agents takes steps on both cores.
fn beside_a_run<T>(agents: u32, act: impl FnOnce() -> T) -> T {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut run = simulation(&families()[0], agents, 2).expect("so many agents");
            while !over.load(Ordering::Relaxed) {
                run.step().expect("nobody acts");
            }
        });
        let done = act();
        over.store(true, Ordering::Relaxed);
        done
    })
}

/// Milliseconds that the picture, the panel's layout and its drawing take, each until the device has done it.
fn frame_of(gpu: &Gpu, agents: u32) -> [f64; 3] {
    let mut run = simulation(&families()[0], agents, 1).expect("so many agents");
    let scene = run.scene().clone();
    let look = Look { trails: 0, ..scene.view.clone() };
    let mut shot = Shot::default();
    let frames: Vec<Arc<Frame>> = (0..4)
        .map(|_| {
            run.step().expect("nobody acts");
            Arc::new(shot.frame(&run, &look))
        })
        .collect();
    let target = |size: [u32; 2]| {
        gpu.device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8UnormSrgb,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
            view_formats: &[],
        })
    };
    let finish = || drop(gpu.device.poll(wgpu::PollType::wait_indefinitely()));
    let (canvas, whole) = (target(PICTURE_SIZE), target(SIZE));
    let seen = canvas.create_view(&Default::default());
    let mut stage = Stage::new(&gpu.device, canvas.format());
    let mut page = Page::new(&gpu.device, whole.format());
    panel::prepare(page.context());
    let mut desk = Desk::new(Lab::new(), "vicsek", scene);
    let camera = Camera::fit(&frames[0].extent, PICTURE_SIZE[0] as f32 / PICTURE_SIZE[1] as f32);
    let mut times = [const { Vec::new() }; 3];
    for (number, frame) in frames.iter().cycle().take(PICTURES).enumerate() {
        times[0].push(time(|| {
            let caption = Caption::default();
            let picture =
                Picture { frame, look: &look, camera: &camera, selected: None, caption: &caption, pixels_per_point: 1.0 };
            stage.draw(&gpu.device, &gpu.queue, &seen, PICTURE_SIZE, &picture);
            finish();
        }));
        desk.receive(Arc::clone(frame));
        let at = number as f64;
        let laid = time(|| {
            page.lay_out(gpu, SIZE, 1.0, at, &mut |ui| {
                panel::show(ui.ctx(), &mut desk, None);
            });
        });
        let both = time(|| {
            page.draw(gpu, &whole, [0, 0, SIZE[0], SIZE[1]], 1.0, at, |ui| {
                panel::show(ui.ctx(), &mut desk, None);
            });
            finish();
        });
        times[1].push(laid);
        times[2].push((both - laid).max(0.0));
    }
    times.map(|times| 1e-6 * median(times))
}
