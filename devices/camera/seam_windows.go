//go:build amd64 || arm64

package camera

import (
	"counterfoil/app/casework"
	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/mediafoundation"
)

func find() ([]capture.Node, error) { return mediafoundation.Find() }

func open(n capture.Node) (device, error) {
	d, err := mediafoundation.Open(n)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// mayNot says which of Windows' settings keeps programs from the camera. There is
// one for this user, and one above it for the machine.
func mayNot(n capture.Node) error {
	return casework.Refuse(casework.CameraDenied, "Windows keeps desktop programs from "+n.Name+"; Settings > Privacy > Camera (设置 > 隐私 > 相机) must allow the device, apps, and desktop apps")
}
