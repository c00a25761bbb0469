package capture

import "testing"

var camera = []Mode{
	{YUYV, 640, 480, 30}, {YUYV, 1280, 720, 10}, {YUYV, 2592, 1944, 1}, {MJPEG, 640, 480, 30}, {MJPEG, 1280, 720, 30},
	{MJPEG, 1280, 960, 30}, {MJPEG, 2592, 1944, 15}, {MJPEG, 4608, 3456, 5},
}

func TestAStillIsTakenAtTheLargestSizeThatIsAllowed(t *testing.T) {
	if got := ForStill(camera, 24_000_000)[0]; got != (Mode{MJPEG, 4608, 3456, 5}) {
		t.Errorf("%+v", got)
	}
	if got := ForStill(camera, 6_000_000)[0]; got != (Mode{MJPEG, 2592, 1944, 15}) {
		t.Errorf("of two formats of a size: %+v", got)
	}
	if got := ForStill(camera, 1000); len(got) != 0 {
		t.Errorf("nothing is small enough: %+v", got)
	}
}

func TestAPreviewIsLiveOfTheStillsShapeAndNearTheWish(t *testing.T) {
	for name, c := range map[string]struct {
		modes []Mode
		still Mode
		want  Mode
	}{
		"the still's shape before the wish itself":  {camera, Mode{MJPEG, 4608, 3456, 5}, Mode{MJPEG, 1280, 960, 30}},
		"the wish, where the still has its shape":   {camera, Mode{MJPEG, 1920, 1080, 5}, Mode{MJPEG, 1280, 720, 30}},
		"a slow one only where there is no other":   {[]Mode{{YUYV, 1280, 960, 5}, {YUYV, 320, 240, 15}}, Mode{YUYV, 1280, 960, 5}, Mode{YUYV, 320, 240, 15}},
		"the camera's own JPEG of a size":           {[]Mode{{YUYV, 1280, 720, 30}, {MJPEG, 1280, 720, 30}}, Mode{MJPEG, 1280, 720, 30}, Mode{MJPEG, 1280, 720, 30}},
		"a rate that is not said may be a live one": {[]Mode{{MJPEG, 1280, 720, 1}, {YUYV, 1280, 720, 0}}, Mode{MJPEG, 1280, 720, 1}, Mode{YUYV, 1280, 720, 0}},
	} {
		if got := ForPreview(c.modes, c.still, 1280, 720)[0]; got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
