//go:build !((linux && (amd64 || arm64 || loong64 || riscv64)) || (windows && (amd64 || arm64)))

package camera

import (
	"counterfoil/app/casework"
	"counterfoil/devices/camera/capture"
)

// find says that this system has no way to attached cameras yet.
func find() ([]capture.Node, error) { return nil, capture.ErrUnsupported }

func open(capture.Node) (device, error) { return nil, capture.ErrUnsupported }

func mayNot(capture.Node) error {
	return casework.Refuse(casework.CameraDenied, "no permission for the camera")
}
