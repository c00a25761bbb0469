//go:build amd64 || arm64 || loong64 || riscv64

package camera

import (
	"counterfoil/app/casework"
	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/v4l2"
)

func find() ([]capture.Node, error) { return v4l2.Find() }

func open(n capture.Node) (device, error) {
	d, err := v4l2.Open(n.Path)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// mayNot says which node this user may not open, and the line of
// packaging/60-counterfoil.rules that would allow it.
func mayNot(n capture.Node) error {
	return casework.Refuse(casework.CameraDenied, "no permission to open "+n.Path+`; a udev rule is missing: SUBSYSTEM=="video4linux", TAG+="uaccess"`)
}
