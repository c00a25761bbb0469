package transcript

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"counterfoil/devices/hid"
)

// call is a line of a transcript.
type call struct {
	line  int
	op    byte   // 'G', 'S', 'I'
	id    byte   // G
	size  int    // G
	bytes []byte // G, I: the answer; S: what was written
	err   error
}

// Player is the device of a transcript. Feature reports must be asked for and
// written exactly as they were; input reports come in their own order, because
// another goroutine reads them. The first difference ends the device: every
// call from then on returns it.
type Player struct {
	mu       sync.Mutex
	features []call
	inputs   []call
	wrong    error
	closed   chan struct{}
	once     sync.Once
}

// Play reads a transcript. It names the line that it cannot read.
func Play(in io.Reader) (*Player, error) {
	p := &Player{closed: make(chan struct{})}
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		c, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("transcript: line %d: %w", n, err)
		}
		c.line = n
		if c.op == 'I' {
			p.inputs = append(p.inputs, c)
		} else {
			p.features = append(p.features, c)
		}
	}
	return p, lines.Err()
}

func parse(text string) (call, error) {
	words := strings.Fields(text)
	c := call{op: words[0][0]}
	words, head := words[1:], words[0]
	switch {
	case head == "G" && len(words) >= 2:
		id, err := strconv.ParseUint(words[0], 16, 8)
		size, err2 := strconv.ParseUint(words[1], 10, 12)
		if err := errors.Join(err, err2); err != nil {
			return c, errors.New("no report id and size")
		}
		c.id, c.size, words = byte(id), int(size), words[2:]
	case head != "S" && head != "I":
		return c, errors.New("neither G, S nor I")
	}
	if n := len(words) - 1; n >= 0 && words[n][0] == '!' {
		var known bool
		if c.err, known = errorOf(words[n][1:]); !known {
			return c, errors.New("an unknown error")
		}
		words = words[:n]
	}
	var err error
	if c.bytes, err = hex.DecodeString(strings.Join(words, "")); err != nil {
		return c, errors.New("not hexadecimal")
	}
	if c.op == 'S' && len(c.bytes) == 0 {
		return c, errors.New("nothing written")
	}
	return c, nil
}

// next takes the next feature report, which must be one that is does not refuse.
func (p *Player) next(what string, is func(call) bool) (call, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.wrong != nil:
	case len(p.features) == 0:
		p.wrong = fmt.Errorf("transcript: %s after its end", what)
	case !is(p.features[0]):
		p.wrong = fmt.Errorf("transcript: line %d does not follow: %s", p.features[0].line, what)
	default:
		c := p.features[0]
		p.features = p.features[1:]
		return c, nil
	}
	return call{}, p.wrong
}

// GetFeature implements hid.Device.
func (p *Player) GetFeature(id byte, size int) ([]byte, error) {
	c, err := p.next(fmt.Sprintf("asked for %02x of %d bytes", id, size), func(c call) bool { return c.op == 'G' && c.id == id && c.size == size })
	if err != nil {
		return nil, err
	}
	return bytes.Clone(c.bytes), c.err
}

// SetFeature implements hid.Device.
func (p *Player) SetFeature(report []byte) error {
	c, err := p.next(fmt.Sprintf("wrote %x", report), func(c call) bool { return c.op == 'S' && bytes.Equal(c.bytes, report) })
	if err != nil {
		return err
	}
	return c.err
}

// ReadInput implements hid.Device. After the last report it waits, as a device
// does that has nothing to say.
func (p *Player) ReadInput(ctx context.Context) ([]byte, error) {
	p.mu.Lock()
	wrong := p.wrong
	if wrong == nil && len(p.inputs) > 0 {
		c := p.inputs[0]
		p.inputs = p.inputs[1:]
		p.mu.Unlock()
		return bytes.Clone(c.bytes), c.err
	}
	p.mu.Unlock()
	if wrong != nil {
		return nil, wrong
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.closed:
		return nil, hid.ErrClosed
	}
}

// Close implements hid.Device.
func (p *Player) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// End returns the first difference, or what of the transcript is left over; nil
// when all of it was played.
func (p *Player) End() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.wrong != nil:
		return p.wrong
	case len(p.features) > 0:
		return fmt.Errorf("transcript: %d feature reports left over, from line %d", len(p.features), p.features[0].line)
	case len(p.inputs) > 0:
		return fmt.Errorf("transcript: %d input reports left over, from line %d", len(p.inputs), p.inputs[0].line)
	}
	return nil
}
