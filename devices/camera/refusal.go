package camera

import (
	"cmp"
	"context"
	"errors"

	"counterfoil/app/casework"
	"counterfoil/devices/camera/v4l2"
)

// pick chooses among the nodes.
func pick(nodes []v4l2.Node, which string) (v4l2.Node, error) {
	denied := ""
	for _, n := range nodes {
		if which != "" && which != n.Path && which != n.Bus && which != n.Name {
			continue
		}
		if !n.Denied {
			return n, nil
		}
		denied = cmp.Or(denied, n.Path)
	}
	if denied != "" {
		return v4l2.Node{}, mayNot(denied)
	}
	return v4l2.Node{}, casework.Refuse(casework.CameraMissing, "no such camera is attached")
}

// mayNot says which node this user may not open, and the line of
// packaging/60-counterfoil.rules that would allow it.
func mayNot(path string) error {
	return casework.Refuse(casework.CameraDenied, "no permission to open "+path+`; a udev rule is missing: SUBSYSTEM=="video4linux", TAG+="uaccess"`)
}

// refusal translates the seam's errors. What it does not know is a loss: the
// camera is opened anew.
func refusal(err error) error {
	if err == nil || casework.KindOf(err) != "" || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	for _, k := range []struct {
		err    error
		kind   casework.RefusalKind
		detail string
	}{
		{v4l2.ErrNoAccess, casework.CameraDenied, "no permission for the video node: group video, or a udev rule with uaccess"},
		{v4l2.ErrBusy, casework.CameraBusy, "another program streams from the camera"},
		{v4l2.ErrUnsupported, casework.CameraUnsupported, "attached cameras are not supported on this system yet"},
		{v4l2.ErrNoCamera, casework.CameraUnsupported, "the node takes no pictures"},
		{v4l2.ErrRefused, casework.CameraUnsupported, "the camera takes none of the modes that it lists"},
		{v4l2.ErrNoRoom, casework.CameraUnsupported, "the bus has no room for the camera's pictures"},
		{v4l2.ErrBroken, casework.CameraGarbled, "too many frames are broken"},
		{v4l2.ErrChanged, casework.CameraGarbled, "the picture's format keeps changing"},
		{v4l2.ErrSilent, casework.CameraLost, "the camera sends nothing"},
		{v4l2.ErrClosed, casework.CameraLost, "the camera is closed"},
	} {
		if errors.Is(err, k.err) {
			return casework.Refuse(k.kind, k.detail)
		}
	}
	return casework.Refuse(casework.CameraLost, "the camera is gone")
}
