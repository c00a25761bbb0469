package camera

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"time"

	"counterfoil/app/casework"
)

// boundaryOf returns the boundary of a multipart stream. Many cameras name it
// with the two dashes that belong to its use in the body (RFC 2046 §5.1.1); the
// standard reader would then find no part at all.
func boundaryOf(contentType string) (string, bool) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(media, "multipart/") {
		return "", false
	}
	b := strings.TrimPrefix(params["boundary"], "--")
	return b, b != ""
}

// bearable is how many frames a second are read where MaxRate is not set: more
// than any preview shows.
const bearable = 60

// maxBad is how many frames in a row may be no picture.
const maxBad = 5

// read takes frames until the stream ends. One that is no picture is let go;
// when there are only such, the end says so.
func (d *Dev) read(ctx context.Context, parts *multipart.Reader, body io.Closer, quiet *time.Timer) {
	defer close(d.done)
	defer quiet.Stop()
	defer body.Close()
	var buf bytes.Buffer
	var bad error
	pace := time.NewTicker(time.Second / time.Duration(max(1, cmp.Or(d.opts.MaxRate, bearable))))
	defer pace.Stop()
	for n := 0; ; {
		frame, err := d.part(parts, &buf)
		if n++; err != nil && frame != nil && n < maxBad {
			bad = err
			continue
		}
		if err != nil {
			d.end(cmp.Or(bad, err))
			return
		}
		n, bad = 0, nil
		quiet.Reset(d.opts.Silence)
		d.mu.Lock()
		d.frame = frame
		d.count++
		d.wake()
		d.mu.Unlock()
		select { // what comes faster waits in the network, which slows the camera down
		case <-pace.C:
		case <-ctx.Done():
		}
	}
}

// part reads one frame and checks that it is a JPEG of a bearable size. With an
// error it returns the bytes only when the part itself was whole, so that the
// next one may be better.
func (d *Dev) part(parts *multipart.Reader, buf *bytes.Buffer) ([]byte, error) {
	p, err := parts.NextRawPart()
	if err != nil {
		return nil, ended(err)
	}
	buf.Reset()
	if _, err := buf.ReadFrom(io.LimitReader(p, d.opts.MaxFrame+1)); err != nil {
		return nil, ended(err)
	}
	if int64(buf.Len()) > d.opts.MaxFrame {
		return nil, casework.Refuse(casework.CameraGarbled, "a frame is too large")
	}
	raw, _, err := checked(bytes.Clone(buf.Bytes()), d.opts.MaxPixels)
	if err != nil {
		return []byte{}, err
	}
	return raw, nil
}

// ended tells a stream that stops from one that never was multipart.
func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.Canceled) {
		return casework.Refuse(casework.CameraLost, "the stream stopped")
	}
	if strings.HasPrefix(err.Error(), "multipart:") || strings.HasPrefix(err.Error(), "malformed MIME") {
		return casework.Refuse(casework.CameraGarbled, "the stream's parts are broken")
	}
	return casework.Refuse(casework.CameraLost, "the connection broke")
}
