package camera

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"counterfoil/app/casework"
)

func TestASilentStreamIsLost(t *testing.T) {
	o := opts(stream(t, "", make(chan []byte)))
	o.Silence = 10 * time.Millisecond
	if _, err := Open(t.Context(), o); casework.KindOf(err) != casework.CameraLost && casework.KindOf(err) != casework.CameraMissing {
		t.Fatalf("got %v", err)
	}
}

func TestOpeningIsGivenUpWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := Open(ctx, opts(stream(t, "", make(chan []byte)))); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
}

func TestWhatIsNoStreamIsRefusedWithItsReason(t *testing.T) {
	garbage := make(chan []byte, 4)
	for range 4 {
		garbage <- []byte("this is no picture at all")
	}
	huge := picture(t, 9)
	i := bytes.Index(huge, []byte{0xFF, 0xC0})
	copy(huge[i+5:], []byte{0xFF, 0xF0, 0xFF, 0xF0}) // claims 65,520 × 65,520
	bomb := make(chan []byte, 4)
	long := make(chan []byte, 4)
	for range 4 {
		bomb <- huge
		long <- make([]byte, 1<<16)
	}
	answer := func(status int, kind string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			io.WriteString(w, "<html>")
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	for name, c := range map[string]struct {
		url  string
		want casework.RefusalKind
	}{
		"a web page":      {answer(200, "text/html"), casework.CameraGarbled},
		"no boundary":     {answer(200, "multipart/x-mixed-replace"), casework.CameraGarbled},
		"nothing inside":  {answer(200, "multipart/x-mixed-replace;boundary=x"), casework.CameraLost},
		"not found":       {answer(404, "text/html"), casework.CameraMissing},
		"password wanted": {answer(401, "text/html"), casework.CameraPassword},
		"nobody there":    {"http://127.0.0.1:1/stream", casework.CameraMissing},
		"no address":      {"http://%zz", casework.CameraMissing},
		"not a picture":   {stream(t, "", garbage), casework.CameraGarbled},
		"too many pixels": {stream(t, "", bomb), casework.CameraGarbled},
		"too many bytes":  {stream(t, "", long), casework.CameraGarbled},
	} {
		o := opts(c.url)
		o.MaxFrame = 1 << 15
		if _, err := Open(t.Context(), o); casework.KindOf(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func FuzzMJPEG(f *testing.F) {
	whole := picture(f, 7)
	f.Add(whole)
	f.Add(withoutTables(f, whole))
	f.Add([]byte("\xFF\xD8\xFF\xDA\x00\x00"))
	f.Add([]byte("\xFF\xD8\xFF\xFF\xFF\xFF\x00"))
	f.Fuzz(func(t *testing.T, part []byte) {
		body := append([]byte("--b\r\n\r\n"), part...)
		body = append(body, "\r\n--b--\r\n"...)
		d := &Dev{opts: DefaultOpts()}
		d.opts.MaxFrame, d.opts.MaxPixels = 1<<16, 1<<16
		frame, err := d.part(multipart.NewReader(bytes.NewReader(body), "b"), new(bytes.Buffer))
		if err == nil && len(frame) == 0 {
			t.Fatalf("%d bytes, %v", len(frame), err)
		}
		if err != nil && casework.KindOf(err) == "" {
			t.Fatalf("an error that is no refusal: %v", err)
		}
		if err == nil {
			orientation(frame)
			jpeg.Decode(bytes.NewReader(frame))
		}
	})
}
