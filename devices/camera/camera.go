// Package camera takes pictures from cameras: a live preview, and a still that
// holds nothing but the picture. An Attached is plugged in; a Dev reads MJPEG
// over HTTP, which document cameras, ffmpeg and ustreamer serve; Practice draws
// a test card. Beside them stands what is done to a picture that was taken:
// Judge says what is wrong with it, Suggest finds a page in it, Crop cuts the
// page out.
//
// The package must not keep what passes (only the newest frame is in memory),
// reconnect by itself, or write a picture anywhere.
package camera

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"sync"
	"time"

	"counterfoil/app/casework"
)

// Opts are the options of a Dev. Start from DefaultOpts and set URL.
type Opts struct {
	URL       string // http or https
	Name      string // as people call it; empty: "MJPEG"
	User      string // where the camera wants one; empty: of the address, if it has one
	Password  string
	Silence   time.Duration // a stream that sends nothing for so long is lost
	MaxFrame  int64         // bytes of one frame
	MaxPixels int           // of one frame; a small JPEG can claim to be huge
	MaxRate   int           // frames a second; a faster camera waits
	Quality   int           // of stills, 1 to 100
	Turn      Turn
	Client    *http.Client
}

// DefaultOpts suit a document camera of up to 24 megapixels.
func DefaultOpts() Opts {
	return Opts{Name: "MJPEG", Silence: 5 * time.Second, MaxFrame: 16 << 20, MaxPixels: 24_000_000, MaxRate: bearable, Quality: 90, Client: http.DefaultClient}
}

// Dev is an open stream.
type Dev struct {
	opts   Opts
	cancel context.CancelFunc
	done   chan struct{} // the reader has ended

	mu    sync.Mutex
	frame []byte
	count uint64
	fresh chan struct{} // closed and replaced with every frame and at the end
	err   error

	previews sync.Mutex
	seen     uint64 // of the frame that Frame last returned
}

// Open connects and waits for the first frame. It refuses with CameraMissing
// when nothing answers, and with CameraGarbled when what answers is no MJPEG.
func Open(ctx context.Context, opts Opts) (*Dev, error) {
	live, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d := &Dev{opts: opts, cancel: cancel, done: make(chan struct{}), fresh: make(chan struct{})}
	stop := context.AfterFunc(ctx, cancel) // until the first frame, ctx bounds the connection too
	quiet := time.AfterFunc(opts.Silence, cancel)
	parts, body, err := d.connect(live)
	if err != nil {
		stop()
		quiet.Stop()
		cancel()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	go d.read(live, parts, body, quiet)
	if _, _, err := d.after(ctx, 0); err != nil {
		stop()
		d.Close()
		return nil, err
	}
	stop()
	return d, nil
}

func (d *Dev) connect(ctx context.Context) (*multipart.Reader, io.ReadCloser, error) {
	resp, err := d.request(ctx)
	if err != nil {
		return nil, nil, err
	}
	boundary, ok := boundaryOf(resp.Header.Get("Content-Type"))
	if !ok {
		resp.Body.Close()
		return nil, nil, casework.Refuse(casework.CameraGarbled, "not an MJPEG stream")
	}
	return multipart.NewReader(resp.Body, boundary), resp.Body, nil
}

func (d *Dev) end(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err, d.frame = err, nil
	d.wake()
}

// wake tells everybody who waits; the mutex is held.
func (d *Dev) wake() {
	close(d.fresh)
	d.fresh = make(chan struct{})
}

// after waits for a frame newer than the one numbered seen.
func (d *Dev) after(ctx context.Context, seen uint64) ([]byte, uint64, error) {
	for {
		d.mu.Lock()
		frame, count, fresh, err := d.frame, d.count, d.fresh, d.err
		d.mu.Unlock()
		switch {
		case err != nil:
			return nil, 0, err
		case count > seen:
			return frame, count, nil
		}
		select {
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		case <-fresh:
		}
	}
}

// Name implements desk.Camera.
func (d *Dev) Name() string { return d.opts.Name }

// Frame implements desk.Camera: the newest frame that it did not return before,
// as the camera sent it (with Huffman tables, if it left them out). Frames that
// nobody waits for are let go. The slice must not be written to.
func (d *Dev) Frame(ctx context.Context) ([]byte, error) {
	d.previews.Lock()
	defer d.previews.Unlock()
	frame, count, err := d.after(ctx, d.seen)
	if err == nil {
		d.seen = count
	}
	if err != nil {
		return nil, err
	}
	return preview(frame, d.opts.Turn)
}

// Modes implements desk.Camera: a stream does not say what else there is.
func (d *Dev) Modes() []string { return nil }

// Still implements desk.Camera: the next frame, decoded and encoded again, so
// that no EXIF, comment or anything else of the camera's is kept. One that is
// damaged within gives way to the one after it.
func (d *Dev) Still(ctx context.Context) ([]byte, error) {
	d.mu.Lock()
	seen := d.count // what is in front of it now, not a moment ago
	d.mu.Unlock()
	var err error
	for range maxBad {
		var frame, picture []byte
		if frame, seen, err = d.after(ctx, seen); err != nil {
			return nil, err
		}
		if picture, err = still(frame, d.opts.Turn, d.opts.Quality); err == nil {
			return picture, nil
		}
	}
	return nil, err
}

// Close implements desk.Camera.
func (d *Dev) Close() error {
	d.cancel()
	<-d.done
	return nil
}
