//go:build amd64 || arm64 || loong64 || riscv64

package v4l2

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"counterfoil/devices/camera/capture"
)

// Find returns the attached cameras in the order of their nodes' numbers. A
// machine without any has none: that is no error. A node that may not be opened
// is listed as Denied, when it is the first of its device: the second one of a
// USB camera carries metadata.
func Find() ([]capture.Node, error) { return find(os.DirFS("/sys/class/video4linux"), "/dev/", Open) }

// find reads sysfs for the names and asks each node what it is: only the node
// itself tells capture from metadata and output.
func find(sys fs.FS, dev string, open func(string) (*Device, error)) ([]capture.Node, error) {
	entries, err := fs.ReadDir(sys, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(number(a.Name()), number(b.Name())) })
	var found []capture.Node
	for _, e := range entries {
		if number(e.Name()) < 0 {
			continue // v4l-subdev, radio, vbi
		}
		n := capture.Node{Path: dev + e.Name()}
		d, err := open(n.Path)
		switch {
		case err == nil:
			n.Name, n.Bus = d.Name(), d.Bus()
			d.Close()
		case errors.Is(err, capture.ErrNoAccess) && line(sys, e.Name()+"/index") == "0":
			n.Name, n.Denied = line(sys, e.Name()+"/name"), true
		default:
			continue
		}
		found = append(found, n)
	}
	return found, nil
}

// number is N of videoN, -1 for other names.
func number(name string) int {
	rest, ok := strings.CutPrefix(name, "video")
	n, err := strconv.Atoi(rest)
	if !ok || err != nil || n < 0 {
		return -1
	}
	return n
}

func line(sys fs.FS, name string) string {
	b, err := fs.ReadFile(sys, name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
