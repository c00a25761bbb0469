package camera

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"
	"time"

	"counterfoil/app/casework"
)

func picture(t testing.TB, shade uint8) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.SetRGBA(3, 3, color.RGBA{R: 0xFF, A: 0xFF})
	b, err := encode(img, 90)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// withoutTables takes the Huffman tables out, as USB cameras do.
func withoutTables(t testing.TB, b []byte) []byte {
	t.Helper()
	out := bytes.Clone(b[:2])
	for i := 2; ; {
		n := 2 + int(b[i+2])<<8 + int(b[i+3])
		if b[i+1] == 0xDA {
			return append(out, b[i:]...)
		}
		if b[i+1] != 0xC4 {
			out = append(out, b[i:i+n]...)
		}
		i += n
	}
}

// stream serves frames: one for every value that is sent on the channel, until
// it is closed.
func stream(t *testing.T, dashes string, frames <-chan []byte) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary="+dashes+"frame")
		m := multipart.NewWriter(w)
		m.SetBoundary("frame")
		w.(http.Flusher).Flush()
		for {
			select {
			case <-r.Context().Done():
				return
			case f, ok := <-frames:
				if !ok {
					return
				}
				p, _ := m.CreatePart(map[string][]string{"Content-Type": {"image/jpeg"}})
				p.Write(f)
				io.WriteString(w, "\r\n--frame\r\n") // so that the frame is known to be whole at once
				io.WriteString(w, "Content-Type: image/jpeg\r\n\r\n")
				p.Write(f)
				w.(http.Flusher).Flush()
			}
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func opts(url string) Opts {
	o := DefaultOpts()
	o.URL = url
	return o
}

func TestAStreamIsReadWithAndWithoutDashesAndTables(t *testing.T) {
	for name, c := range map[string]struct {
		dashes string
		frame  []byte
	}{
		"as the standard says": {"", picture(t, 200)},
		"dashes in the header": {"--", picture(t, 200)},
		"no Huffman tables":    {"", withoutTables(t, picture(t, 200))},
	} {
		t.Run(name, func(t *testing.T) {
			frames := make(chan []byte, 8)
			for range 8 {
				frames <- c.frame
			}
			d, err := Open(t.Context(), opts(stream(t, c.dashes, frames)))
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			f, err := d.Frame(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			img, err := jpeg.Decode(bytes.NewReader(f))
			if err != nil || img.Bounds().Dx() != 64 {
				t.Fatalf("%v %v", img, err)
			}
		})
	}
}

func TestTheStandardTablesAreThoseOfTheEncoder(t *testing.T) {
	whole := picture(t, 120)
	again := withTables(withoutTables(t, whole))
	a, err := jpeg.Decode(bytes.NewReader(again))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := jpeg.Decode(bytes.NewReader(whole))
	if fmt.Sprint(a.At(3, 3), a.At(40, 40)) != fmt.Sprint(b.At(3, 3), b.At(40, 40)) {
		t.Fatal("the picture is another one")
	}
	if !bytes.Equal(withTables(whole), whole) {
		t.Fatal("a whole picture must stay as it is")
	}
}

func TestAStillHoldsNothingButThePicture(t *testing.T) {
	f := picture(t, 100)
	exif := append([]byte("\xFF\xE1\x00\x16Exif\x00\x00SERIAL-OWNER"), "1234"...)
	f = append(bytes.Clone(f[:2]), append(exif[:24], f[2:]...)...)
	frames := make(chan []byte)
	go func() {
		for {
			select {
			case frames <- f:
			case <-t.Context().Done():
				return
			}
		}
	}()
	d, err := Open(t.Context(), opts(stream(t, "", frames)))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	still, err := d.Still(t.Context())
	if err != nil || bytes.Contains(still, []byte("SERIAL")) || bytes.Contains(still, []byte("Exif")) {
		t.Fatalf("%d bytes, %v", len(still), err)
	}
	if img, err := jpeg.Decode(bytes.NewReader(still)); err != nil || img.Bounds().Dx() != 64 {
		t.Fatal(err)
	}
}

func TestAStreamThatStopsIsLostAndCloseLeavesNothing(t *testing.T) {
	frames := make(chan []byte, 1)
	frames <- picture(t, 1)
	d, err := Open(t.Context(), opts(stream(t, "", frames)))
	if err != nil {
		t.Fatal(err)
	}
	close(frames)
	for err == nil {
		_, err = d.Frame(t.Context())
	}
	if casework.KindOf(err) != casework.CameraLost {
		t.Fatalf("got %v", err)
	}
	if _, err := d.Still(t.Context()); casework.KindOf(err) != casework.CameraLost {
		t.Fatalf("got %v", err)
	}
	d.Close()
	d.Close()
}

// TestAStreamOfAnotherProgramIsRead plays ffmpeg's test picture, as ffmpeg
// writes MJPEG; without ffmpeg the tests above still cover the reader.
func TestAStreamOfAnotherProgramIsRead(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Log("ffmpeg is not installed: its stream is not tried")
		return
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "multipart/x-mixed-replace;boundary=ffmpeg")
		cmd := exec.CommandContext(r.Context(), ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc=size=640x480:rate=30", "-frames:v", "40", "-f", "mpjpeg", "-")
		cmd.Stdout = w
		cmd.Run()
	}))
	defer s.Close()
	o := opts(s.URL)
	o.Silence = time.Minute // a busy machine starts ffmpeg slowly
	d, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if still, err := d.Still(t.Context()); err == nil {
		if c, err := jpeg.DecodeConfig(bytes.NewReader(still)); err != nil || c.Width != 640 {
			t.Fatalf("%+v %v", c, err)
		}
	} else if casework.KindOf(err) != casework.CameraLost { // all 40 had been read by then
		t.Fatal(err)
	}
	for err == nil {
		_, err = d.Frame(t.Context())
	}
	if casework.KindOf(err) != casework.CameraLost {
		t.Fatalf("at the end: %v", err)
	}
}
