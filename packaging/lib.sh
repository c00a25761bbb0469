# Shared by the scripts beside it: what the machine must have. Source it.

# say WHAT: what begins now, and how long the script has been running.
say() { printf '\033[1m· %d:%02d %s\033[0m\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }

# need_packages NAME...: installs the Debian packages that are missing, and says which.
need_packages() {
  local missing=()
  for p in "$@"; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing: ${missing[*]}"
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# need_go: refuses a missing or older Go, with what to do.
need_go() {
  if ! command -v go >/dev/null; then
    echo "Go is not installed: install Go $(sed -n 's/^go //p' go.mod) or newer from your distribution or go.dev, then run this again." >&2
    exit 1
  fi
}

# need_npm: for the cross-check with npm's sm-crypto; Debian's own, unless the
# machine has another.
need_npm() {
  command -v node >/dev/null && command -v npm >/dev/null || need_packages nodejs npm
}

build_packages=(gcc libc6-dev pkg-config libgl-dev libx11-dev libxrandr-dev libxxf86vm-dev libxi-dev libxcursor-dev libxinerama-dev)
run_packages=(libgl1 libgl1-mesa-dri libx11-6 libxrandr2 libxinerama1 libxcursor1 libxi6)
headless_packages=(xvfb openbox imagemagick xdotool x11-xserver-utils)
test_packages=(zbar-tools ffmpeg chromium softhsm2 openssl swtpm gnome-keyring dbus)
vm_packages=(qemu-system-x86 xz-utils)
windows_packages=(wine64 gcc-mingw-w64-x86-64 gstreamer1.0-plugins-base gstreamer1.0-plugins-good)
screen_packages=(xserver-xorg-core xserver-xorg-video-dummy)
picture_packages=(pngquant fonts-noto-cjk)

# What the desktop is built with: X11 alone, so that Wayland's headers are not needed. Its
# tests go by the same tags and flags, so that no package is compiled twice.
desktop=x11,migrated_fynedo

# build_desktop OUT: the desktop program.
build_desktop() {
  go build -buildvcs=false -tags "$desktop" -ldflags '-s -w' -o "$1" .
}

# build_centre OUT: the centre's program.
build_centre() { go build -buildvcs=false -o "$1" ./app/centre/cmd/counterfoil-centre; }

# build_verify OUT: the auditor's program, which needs no C library.
build_verify() { CGO_ENABLED=0 go build -buildvcs=false -o "$1" ./sync/ledger/cmd/counterfoil-verify; }

# with_display COMMAND...: runs it on a display of its own. Its keys do not repeat: on a
# machine that is busy a tool that presses one can be late to let it go.
with_display() {
  local dir fd display
  dir=$(mktemp -d)
  mkfifo "$dir/display"
  Xvfb -displayfd 3 -screen 0 1440x900x24 -r -nolisten tcp 3>"$dir/display" >/dev/null 2>&1 &
  xvfb_pid=$!
  read -r display <"$dir/display"
  rm -r "$dir"
  export DISPLAY=":$display"
  openbox >/dev/null 2>&1 &
  openbox_pid=$!
  local rc=0
  "$@" || rc=$?
  kill "$openbox_pid" "$xvfb_pid" 2>/dev/null || true
  wait "$openbox_pid" "$xvfb_pid" 2>/dev/null || true
  return $rc
}

# with_two_displays COMMAND...: runs it on a display with two monitors that can be
# switched off and on: DUMMY0, 1400x900 and primary, and DUMMY1, 800x600, beside it.
with_two_displays() {
  local dir display
  dir=$(mktemp -d)
  cat >"$dir/xorg.conf" <<'EOF'
Section "ServerFlags"
	Option "AutoAddDevices" "false"
	Option "DontVTSwitch" "true"
EndSection
Section "Device"
	Identifier "dummy"
	Driver "dummy"
	VideoRam 65536
EndSection
Section "Monitor"
	Identifier "monitor"
	HorizSync 5-1000
	VertRefresh 5-200
EndSection
Section "Screen"
	Identifier "screen"
	Device "dummy"
	Monitor "monitor"
	DefaultDepth 24
EndSection
EOF
  mkfifo "$dir/display"
  /usr/lib/xorg/Xorg -config "$dir/xorg.conf" -logfile "$dir/log" -displayfd 3 -nolisten tcp -noreset -novtswitch -sharevts 3>"$dir/display" >/dev/null 2>&1 &
  xorg_pid=$!
  read -r display <"$dir/display"
  export DISPLAY=":$display"
  xset r off
  xrandr --addmode DUMMY1 800x600
  xrandr --output DUMMY0 --mode 1400x900 --pos 0x0 --primary --output DUMMY1 --mode 800x600 --pos 1400x0
  xrandr >/dev/null # has the driver look: only then it says that the second one is there
  openbox >/dev/null 2>&1 &
  openbox_pid=$!
  local rc=0
  "$@" || rc=$?
  kill "$openbox_pid" "$xorg_pid" 2>/dev/null || true
  wait "$openbox_pid" "$xorg_pid" 2>/dev/null || true
  rm -r "$dir"
  return $rc
}
