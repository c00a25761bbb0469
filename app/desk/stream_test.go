package desk_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mime/multipart"

	"counterfoil/app/desk"
	"counterfoil/devices/camera"
)

// studio is a document camera that serves MJPEG over HTTP, on pipes instead of
// sockets, so that a test's clock can run ahead.
type studio struct {
	conns chan net.Conn
	done  chan struct{}

	mu   sync.Mutex
	mood string // "": fine; "silent", "cut", "page", "junk"
}

func newStudio() *studio { return &studio{conns: make(chan net.Conn), done: make(chan struct{})} }

func (s *studio) feel(mood string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood = mood
}

func (s *studio) now() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mood
}

func (s *studio) Accept() (net.Conn, error) {
	select {
	case c := <-s.conns:
		return c, nil
	case <-s.done:
		return nil, net.ErrClosed
	}
}

func (s *studio) Close() error   { return nil }
func (s *studio) Addr() net.Addr { return &net.UnixAddr{Name: "studio"} }

func (s *studio) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case s.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.done:
		return nil, net.ErrClosed
	}
}

func (s *studio) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.now() == "page" {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>")
		return
	}
	w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary=frame")
	parts := multipart.NewWriter(w)
	_ = parts.SetBoundary("frame")
	var picture bytes.Buffer
	_ = jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 16, 16)), nil)
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for {
		frame := picture.Bytes()
		switch s.now() {
		case "cut":
			return
		case "junk":
			frame = []byte("this is no picture")
		}
		if s.now() != "silent" {
			p, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {"image/jpeg"}})
			if err == nil {
				_, err = p.Write(frame)
			}
			if err != nil {
				return
			}
			w.(http.Flusher).Flush()
		}
		select {
		case <-every.C:
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		}
	}
}

// A stream that stops or turns to rubbish while the citizen is in the picture:
// the clerk is told, the case waits, and the photo is taken when it is back.
func TestAStreamThatFailsInThePreviewComesBack(t *testing.T) {
	for mood, again := range map[string]string{"silent": "camera-missing", "cut": "camera-lost", "page": "camera-garbled", "junk": "camera-garbled"} {
		t.Run(mood, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { failsAndComesBack(t, mood, again) })
		})
	}
}

// again is what the clerk reads while the camera is tried again and again.
func failsAndComesBack(t *testing.T, mood, again string) {
	s := newStudio()
	server := &http.Server{Handler: s}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(s) }()
	o := camera.DefaultOpts()
	o.URL, o.Client = "http://studio/stream", &http.Client{Transport: &http.Transport{DialContext: s.dial, DisableKeepAlives: true}}
	h := newHall(t, func(d *desk.Options) {
		d.OpenCamera = func(ctx context.Context) (desk.Camera, error) {
			dev, err := camera.Open(ctx, o)
			if err != nil {
				return nil, err
			}
			return dev, nil
		}
	})
	defer func() {
		h.stop()
		close(s.done)
		_ = server.Close()
		<-served
	}()
	h.run([]string{"open", "SAMPLE-0002"}, []string{"answer", "agree"}, []string{"fill-all"}, []string{"push"}, []string{"agree-all"}, []string{"sign"},
		[]string{"tap", "agree"}, []string{"tap", "agree"}, []string{"expect", "stage", "photo"}, []string{"pass", "1s"}, []string{"expect", "camera", "good"})
	ctx, cancel := context.WithCancel(context.Background())
	if jpeg := <-h.desk.Preview(ctx); len(jpeg) == 0 {
		t.Error("no preview")
	}
	cancel()
	s.feel(mood)
	if mood == "page" { // what runs goes on; the next connection gets the page
		s.feel("cut")
		h.pass(200 * time.Millisecond)
		s.feel(mood)
	}
	h.run([]string{"pass", "20s"}, []string{"expect", "stage", "photo"}, []string{"expect", "camera", "waiting", again}, []string{"!", "photo", again})
	lost := map[string]string{"junk": "camera-garbled"}[mood]
	if lost == "" {
		lost = "camera-lost"
	}
	h.run([]string{"expect", "attempts", lost, again})
	s.feel("")
	h.run([]string{"pass", "20s"}, []string{"expect", "camera", "good"}, []string{"photo"}, []string{"expect", "stage", "submit"}, []string{"submit"}, []string{"expect", "stage", "done"})
}
