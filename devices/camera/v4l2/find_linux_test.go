//go:build amd64 || arm64 || loong64 || riscv64

package v4l2

import (
	"errors"
	"testing"
	"testing/fstest"

	"counterfoil/devices/camera/capture"
)

func TestOnlyNodesThatTakePicturesAreFoundAndTheDeniedOnesAreNamed(t *testing.T) {
	sys := fstest.MapFS{}
	for name, index := range map[string]string{"video10": "0", "video2": "0", "video3": "1", "video4": "0", "radio0": "0", "v4l-subdev0": "0"} {
		sys[name+"/index"] = &fstest.MapFile{Data: []byte(index + "\n")}
		sys[name+"/name"] = &fstest.MapFile{Data: []byte("Camera of " + name + "\n")}
	}
	asked := ""
	found, err := find(sys, "/dev/", func(path string) (*Device, error) {
		asked += path + " "
		if path == "/dev/video4" {
			return nil, capture.ErrNoCamera
		}
		return nil, capture.ErrNoAccess
	})
	want := []capture.Node{{Path: "/dev/video2", Name: "Camera of video2", Denied: true}, {Path: "/dev/video10", Name: "Camera of video10", Denied: true}}
	if err != nil || len(found) != 2 || found[0] != want[0] || found[1] != want[1] {
		t.Fatalf("%+v, %v", found, err)
	}
	if asked != "/dev/video2 /dev/video3 /dev/video4 /dev/video10 " {
		t.Fatalf("asked %s", asked)
	}
}

func TestAMachineWithoutVideoHasNoCamera(t *testing.T) {
	if found, err := find(fstest.MapFS{}, "/dev/", Open); err != nil || found != nil {
		t.Fatalf("%v, %v", found, err)
	}
	if _, err := Open("/dev/video-none"); !errors.Is(err, capture.ErrUnplugged) {
		t.Fatalf("got %v", err)
	}
	if _, err := Open("/dev/null"); !errors.Is(err, capture.ErrNoCamera) {
		t.Fatalf("/dev/null is no camera: %v", err)
	}
}
