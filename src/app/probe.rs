//! What the system tells: whether there is a display and a graphics driver, asked before the window is built, which would
//! panic without; and how much memory the program takes.

use crate::error::{Error, Result};
use std::env;

/// What to do on a machine without a window.
const INSTEAD: &str =
    "`flockwork run SCENE --steps N` for readings, `flockwork record SCENE -o still.png --steps N` for a picture";

/// Checks that a window can be opened.
///
/// # Errors
/// Where there is no display, it does not answer, or nothing can draw on it.
pub fn window() -> Result<()> {
    #[cfg(all(unix, not(target_os = "macos")))]
    display(|name| env::var(name).ok().filter(|value| !value.is_empty()))?;
    crate::view::Gpu::headless().map(drop)
}

/// Memory that this process takes, in bytes, where the system tells.
pub fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

/// A Wayland or X display that answers.
#[cfg(all(unix, not(target_os = "macos")))]
fn display(variable: impl Fn(&str) -> Option<String>) -> Result<()> {
    if let Some(name) = variable("WAYLAND_DISPLAY") {
        let folder = variable("XDG_RUNTIME_DIR").unwrap_or_default();
        if std::os::unix::net::UnixStream::connect(std::path::Path::new(&folder).join(&name)).is_ok() {
            return Ok(());
        }
    }
    match variable("DISPLAY") {
        Some(name) if x_answers(&name) => Ok(()),
        Some(name) => Err(Error::failure(format!("the display '{name}' does not answer")).allowed(INSTEAD)),
        None => Err(Error::failure("there is no display to open a window on").allowed(INSTEAD)),
    }
}

/// Whether an X server listens at `[host]:display[.screen]`.
#[cfg(all(unix, not(target_os = "macos")))]
fn x_answers(name: &str) -> bool {
    use std::{
        net::{TcpStream, ToSocketAddrs as _},
        os::unix::net::UnixStream,
        time::Duration,
    };
    let Some((host, display)) = name.rsplit_once(':') else { return false };
    let Ok(number) = display.split('.').next().unwrap_or_default().parse::<u16>() else { return false };
    if host.is_empty() || host == "unix" {
        return UnixStream::connect(format!("/tmp/.X11-unix/X{number}")).is_ok() || abstract_socket(number);
    }
    let Some(port) = number.checked_add(6000) else { return false };
    (host, port)
        .to_socket_addrs()
        .is_ok_and(|mut all| all.any(|address| TcpStream::connect_timeout(&address, Duration::from_secs(3)).is_ok()))
}

/// X servers on Linux listen on a socket without a file, too.
#[cfg(target_os = "linux")]
fn abstract_socket(number: u16) -> bool {
    use std::os::{
        linux::net::SocketAddrExt as _,
        unix::net::{SocketAddr, UnixStream},
    };
    SocketAddr::from_abstract_name(format!("/tmp/.X11-unix/X{number}"))
        .is_ok_and(|name| UnixStream::connect_addr(&name).is_ok())
}

#[cfg(all(unix, not(target_os = "macos"), not(target_os = "linux")))]
fn abstract_socket(_: u16) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_missing_or_mute_display_is_said() {
        let none = display(|_| None).unwrap_err().to_string();
        assert!(none.contains("no display") && none.contains("flockwork record"), "{none}");
        for name in [":7363", "nonsense", ":x", "127.0.0.1:7363"] {
            let mute = display(|variable| (variable == "DISPLAY").then(|| name.to_owned())).unwrap_err().to_string();
            assert!(mute.contains("does not answer"), "{mute}");
        }
    }
}
