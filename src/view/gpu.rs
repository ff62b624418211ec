//! A graphics device of our own, for pictures without a window.

use crate::error::{Error, Result};
use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// A graphics device, its queue, and what it runs on. Both are handles: clones share the device.
#[derive(Clone, Debug)]
pub struct Gpu {
    /// Makes textures and pipelines.
    pub device: wgpu::Device,
    /// Takes commands.
    pub queue: wgpu::Queue,
    /// Name of the graphics card or software driver.
    pub adapter: String,
}

/// The variable that names the interfaces to be tried, and what it may name.
const BACKEND: &str = "WGPU_BACKEND";
const BACKENDS: [&str; 7] = ["vulkan", "vk", "gl", "gles", "opengl", "metal", "dx12"];

impl Gpu {
    /// Opens the best graphics device there is, without a window: a card's own interface first, then OpenGL, a
    /// software driver where there is no card.
    ///
    /// # Errors
    /// Where there is none that can draw; the message names the packages that bring one.
    pub fn headless() -> Result<Self> {
        let mut refused = None;
        for backends in backends()? {
            let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
                backends,
                ..wgpu::InstanceDescriptor::new_without_display_handle()
            });
            match Self::on(&instance, None) {
                Ok((_, gpu)) => return Ok(gpu),
                Err(error) => refused = Some(error),
            }
        }
        Err(refused.expect("at least one interface was tried"))
    }

    /// Opens the best device of an instance, for a surface where there is one.
    ///
    /// # Errors
    /// Where there is none that can draw; the message names the packages that bring one.
    pub fn on(instance: &wgpu::Instance, surface: Option<&wgpu::Surface>) -> Result<(wgpu::Adapter, Self)> {
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            compatible_surface: surface,
            ..Default::default()
        };
        let adapter = block_on(instance.request_adapter(&options)).map_err(|_| {
            Error::failure(
                "no graphics driver found: pictures need Vulkan or OpenGL, of which a software driver is enough \
                 (on Debian: apt install mesa-vulkan-drivers libvulkan1)",
            )
        })?;
        let gpu = Self::open(&adapter)?;
        Ok((adapter, gpu))
    }

    fn open(adapter: &wgpu::Adapter) -> Result<Self> {
        let name = adapter.get_info().name;
        // Few limits are asked for, so that old hardware and OpenGL pass; sizes as large as there are.
        let limits = wgpu::Limits {
            max_buffer_size: adapter.limits().max_buffer_size,
            ..wgpu::Limits::downlevel_webgl2_defaults().using_resolution(adapter.limits())
        };
        let descriptor = wgpu::DeviceDescriptor { required_limits: limits, ..Default::default() };
        let (device, queue) = block_on(adapter.request_device(&descriptor))
            .map_err(|error| Error::failure(format!("the graphics driver '{name}' cannot draw: {error}")))?;
        Ok(Self { device, queue, adapter: name })
    }
}

/// The interfaces to be tried, in this order: the one that `WGPU_BACKEND` names (`vulkan`, `gl`, …), or else a card's own
/// first, then OpenGL.
///
/// # Errors
/// Where it names something else.
pub fn backends() -> Result<Vec<wgpu::Backends>> {
    let Some(named) = std::env::var_os(BACKEND).filter(|named| !named.is_empty()) else {
        return Ok(vec![wgpu::Backends::PRIMARY, wgpu::Backends::GL]);
    };
    let named = named.to_string_lossy();
    for name in named.split(',').map(str::trim) {
        if !BACKENDS.contains(&name.to_lowercase().as_str()) {
            return Err(Error::usage(format!("there is no interface '{name}'")).names(name, BACKENDS).at(BACKEND));
        }
    }
    Ok(vec![wgpu::Backends::from_comma_list(&named)])
}

/// Waits for a future of wgpu, which outside of browsers is ready at once.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
}
