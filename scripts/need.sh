# Sourced, never run. `need PURPOSE...` checks that this machine can do what is asked and installs what it lacks:
#   build     Rust, a C compiler (the linker, and the C parts of two dependencies) and a C++ compiler (the encoder of films)
#   picture   Vulkan with any driver, to draw
#   software  Vulkan with Mesa's software driver, whose pictures the tests compare
#   window    the libraries that the window system's client side loads at run time
# Packages are installed by apt only. Otherwise they are named, and what cannot go on without them stops.
# shellcheck shell=sh

PATH=$PATH:/usr/sbin:/sbin # ldconfig lies there

say() { printf '%s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }
found() { command -v "$1" >/dev/null 2>&1; }
linux() { [ "$(uname -s)" = Linux ]; }

has_display() {
  ! linux || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]
}

has_library() {
  ldconfig -p 2>/dev/null | grep -F "	$1 (" >/dev/null
}

# A file that tells Vulkan's loader of a driver; $1 is the pattern of its name.
has_driver() {
  # shellcheck disable=SC2231 # a pattern
  for driver in /usr/share/vulkan/icd.d/$1 /usr/local/share/vulkan/icd.d/$1 /etc/vulkan/icd.d/$1; do
    [ ! -e "$driver" ] || return 0
  done
  return 1
}

# want PACKAGE WHY: one more package that is missing.
missing=
want() {
  case " $missing " in
  *" $1 "*) ;;
  *)
    missing="$missing $1"
    say "  missing: $1 ($2)"
    ;;
  esac
}

# want_library FILE PACKAGE WHY
want_library() {
  has_library "$1" || want "$2" "$3: $1"
}

need_rust() {
  wanted=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' Cargo.toml)
  how="Get it from https://rustup.rs (it needs no administrator), open a new terminal and try again."
  if ! found cargo && [ -x "$HOME/.cargo/bin/cargo" ]; then
    PATH=$HOME/.cargo/bin:$PATH
  fi
  if ! found cargo || ! found rustc; then
    stop "Flockwork is built with Rust $wanted or newer, and there is no Rust here. $how"
  fi
  have=$(rustc --version) || stop "rustc does not run. Flockwork is built with Rust $wanted or newer. $how"
  have=${have#rustc }
  have=${have%% *}
  minor=${have#*.}
  wanted_minor=${wanted#*.}
  if [ "${have%%.*}" -eq "${wanted%%.*}" ] && [ "${minor%%.*}" -lt "${wanted_minor%%.*}" ]; then
    stop "Flockwork is built with Rust $wanted or newer, and this is Rust $have. With rustup: rustup update stable. Or: $how"
  fi
}

has_compiler() {
  case $(uname -s) in
  Linux) found cc && found c++ && case $(cc -print-file-name=crt1.o) in /*) ;; *) return 1 ;; esac ;;
  MINGW* | MSYS*) ;; # cargo finds Microsoft's own
  *) found cc && found c++ ;;
  esac
}

need_build() {
  need_rust
  has_compiler && return
  if linux; then
    found cc || want gcc "C compiler and linker"
    found c++ || want g++ "C++ compiler"
    want libc6-dev "the C library to link with"
  else
    stop "A C and C++ compiler is needed. On macOS: xcode-select --install"
  fi
}

need_picture() {
  linux || return 0
  want_library libvulkan.so.1 libvulkan1 "drawing"
  has_driver '*.json' || want mesa-vulkan-drivers "a driver to draw with"
}

need_software() {
  linux || return 0
  want_library libvulkan.so.1 libvulkan1 "drawing"
  has_driver 'lvp_icd*.json' || want mesa-vulkan-drivers "the software driver to draw with"
}

# winit takes Wayland where there is one, else X11.
need_window() {
  linux || return 0
  need_picture
  want_library libxkbcommon.so.0 libxkbcommon0 "the keyboard"
  if [ -n "${WAYLAND_DISPLAY:-}" ]; then
    want_library libwayland-client.so.0 libwayland-client0 "a window under Wayland"
  else
    want_library libX11.so.6 libx11-6 "a window under X11"
    want_library libX11-xcb.so.1 libx11-xcb1 "a window under X11"
    want_library libxcb.so.1 libxcb1 "a window under X11"
    want_library libXcursor.so.1 libxcursor1 "a window under X11"
    want_library libXi.so.6 libxi6 "a window under X11"
    want_library libxkbcommon-x11.so.0 libxkbcommon-x11-0 "the keyboard under X11"
  fi
}

install_missing() {
  if ! found apt-get; then
    say "There is no apt here to install them with. Please install them yourself (the names are Debian's):"
    say " $missing"
    has_compiler || stop "Without a C and C++ compiler there is nothing to go on with."
    return
  fi
  line="apt-get install --no-install-recommends$missing"
  root=
  if [ "$(id -u)" != 0 ]; then
    found sudo || stop "Please have an administrator run: $line"
    if [ -n "${CI:-}" ] || [ ! -t 0 ]; then
      stop "There is no terminal to ask for leave to use sudo. Please run: sudo $line"
    fi
    printf 'Install with: sudo %s ? [y/N] ' "$line" >&2
    read -r answer || answer=
    case $answer in
    [yY]*) root=sudo ;;
    *) stop "Nothing was installed." ;;
    esac
  else
    say "Installing with: $line"
  fi
  # The closing lines belong to what was asked for, so apt speaks on standard error.
  $root apt-get update >&2 || say "The list of packages could not be renewed; going on with the old one."
  # shellcheck disable=SC2086 # one word a package
  $root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >&2 ||
    stop "Installing failed. Please see to it that this works, then try again: $line"
}

need() {
  missing=
  for purpose in "$@"; do "need_$purpose"; done
  [ -z "$missing" ] || install_missing
}
