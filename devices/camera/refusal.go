package camera

import (
	"cmp"
	"context"
	"errors"

	"counterfoil/app/casework"
	"counterfoil/devices/camera/capture"
)

// pick chooses among the nodes.
func pick(nodes []capture.Node, which string) (capture.Node, error) {
	denied := capture.Node{}
	for _, n := range nodes {
		if which != "" && !n.Is(which) {
			continue
		}
		if !n.Denied {
			return n, nil
		}
		denied = cmp.Or(denied, n)
	}
	if denied.Denied {
		return capture.Node{}, mayNot(denied)
	}
	return capture.Node{}, casework.Refuse(casework.CameraMissing, "no such camera is attached")
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
		{capture.ErrNoAccess, casework.CameraDenied, "no permission for the camera"},
		{capture.ErrBusy, casework.CameraBusy, "another program streams from the camera"},
		{capture.ErrUnsupported, casework.CameraUnsupported, "attached cameras are not supported on this system"},
		{capture.ErrNoCamera, casework.CameraUnsupported, "the node takes no pictures"},
		{capture.ErrRefused, casework.CameraUnsupported, "the camera takes none of the modes that it lists"},
		{capture.ErrNoRoom, casework.CameraUnsupported, "the bus has no room for the camera's pictures"},
		{capture.ErrBroken, casework.CameraGarbled, "too many frames are broken"},
		{capture.ErrChanged, casework.CameraGarbled, "the picture's format keeps changing"},
		{capture.ErrSilent, casework.CameraLost, "the camera sends nothing"},
		{capture.ErrClosed, casework.CameraLost, "the camera is closed"},
	} {
		if errors.Is(err, k.err) {
			return casework.Refuse(k.kind, k.detail)
		}
	}
	return casework.Refuse(casework.CameraLost, "the camera is gone")
}
