package evdev

import (
	"encoding/hex"
	"io/fs"
	"math/big"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Kind is what a device can be used as.
type Kind string

// The kinds that somebody here looks for.
const (
	Keyboard Kind = "keyboard" // has letters, digits and Enter: also every scanner that types
	Pen      Kind = "pen"      // a digitizer whose pen has a place of its own
	Touch    Kind = "touch"    // a touch screen
	Other    Kind = "other"
)

// Node is an input device that is attached and not opened.
type Node struct {
	Path    string // what Open needs, for example /dev/input/event5
	Name    string // as the device calls itself
	Phys    string // where it is plugged in, the same after a replug; may be empty
	Vendor  uint16
	Product uint16
	Kind    Kind
}

// Is reports whether a setting names the device: by its name, by where it is
// plugged in, by its node's path, or by VENDOR:PRODUCT in hexadecimal.
func (n Node) Is(which string) bool {
	ids := strconv.FormatUint(uint64(n.Vendor)|1<<16, 16)[1:] + ":" + strconv.FormatUint(uint64(n.Product)|1<<16, 16)[1:]
	return which != "" && slices.Contains([]string{n.Name, n.Phys, n.Path, ids}, strings.TrimSpace(which))
}

// Codes that tell the kinds (linux/input-event-codes.h).
const (
	keyEnter   = 28
	keyA       = 30
	keyOne     = 2
	btnTouch   = 0x14a
	btnToolPen = 0x140
	absX       = 0x00
	absY       = 0x01
	propDirect = 0x01 // the place is one on a display
)

// find lists the input devices in sysfs: the kernel's own word, without a
// daemon, and readable by everybody.
func find(sys fs.FS) ([]Node, error) {
	names, err := fs.Glob(sys, "class/input/event*")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := len(a) - len(b); d != 0 { // event9 before event10
			return d
		}
		return strings.Compare(a, b)
	})
	var found []Node
	for _, dir := range names {
		text := func(name string) string {
			b, _ := fs.ReadFile(sys, dir+"/device/"+name)
			return strings.TrimSpace(string(b))
		}
		n := Node{Path: "/dev/input/" + path.Base(dir), Name: text("name"), Phys: text("phys"), Vendor: id(text("id/vendor")), Product: id(text("id/product"))}
		n.Kind = kindOf(bits(text("capabilities/key")), bits(text("capabilities/abs")), bits(text("properties")))
		if n.Name != "" { // it was unplugged meanwhile, or is none
			found = append(found, n)
		}
	}
	return found, nil
}

func kindOf(keys, axes, properties *big.Int) Kind {
	has := func(set *big.Int, codes ...int) bool {
		return !slices.ContainsFunc(codes, func(c int) bool { return set.Bit(c) == 0 })
	}
	switch {
	case has(keys, btnToolPen) && has(axes, absX, absY):
		return Pen
	case has(keys, btnTouch) && has(axes, absX, absY) && has(properties, propDirect):
		return Touch
	case has(keys, keyEnter, keyA, keyOne):
		return Keyboard
	}
	return Other
}

// bits reads a bitmap as sysfs writes it: words of the kernel's long, the highest
// first, without leading zeros.
func bits(text string) *big.Int {
	set := new(big.Int)
	const word = 64
	for _, w := range strings.Fields(text) {
		if len(w)%2 != 0 {
			w = "0" + w
		}
		b, err := hex.DecodeString(w)
		if err != nil || len(b) > word/8 {
			return new(big.Int)
		}
		set.Or(set.Lsh(set, word), new(big.Int).SetBytes(b))
	}
	return set
}

func id(text string) uint16 {
	v, err := strconv.ParseUint(text, 16, 16)
	if err != nil {
		return 0
	}
	return uint16(v)
}
